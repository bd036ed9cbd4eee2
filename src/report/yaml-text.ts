/** An object as YAML that kubectl and every other reader of YAML 1.1 reads back as the same object. Loads the YAML library: import it lazily. */
import { stringify } from 'yaml';

/** Keys in order, as kubectl has them. Text that YAML 1.1 takes for something else (`yes`, `0777`, `1:30`, dates) is quoted. */
export function yamlText(object: unknown): string {
  return stringify(object, { compat: 'yaml-1.1', sortMapEntries: true, indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false });
}
