/** The types of the official client for objects that somebody wrote by hand: anything may be missing, and times are text. */
export type Loose<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Loose<Item>[]
    : T extends { readonly [name: string]: infer Value }
      ? { readonly [name: string]: Loose<Value> }
      : T extends object
        ? { readonly [Key in keyof T]?: Loose<T[Key]> | undefined }
        : T;
