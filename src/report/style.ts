/**
 * The only place that writes colour. Basic colours, bold and dim alone: they follow the terminal's own palette, so that nothing is
 * white on white. Every style ends with its own code, so that styles nest and a cut line cannot leak into the next.
 */
export type Paint = (text: string) => string;

export interface Style {
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
}

function code(open: number, close: number): Paint {
  return (text) => (text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`);
}

const colours: Style = {
  red: code(31, 39),
  green: code(32, 39),
  yellow: code(33, 39),
  blue: code(34, 39),
  magenta: code(35, 39),
  cyan: code(36, 39),
  bold: code(1, 22),
  dim: code(2, 22),
};

const same: Paint = (text) => text;
const plain: Style = { red: same, green: same, yellow: same, blue: same, magenta: same, cyan: same, bold: same, dim: same };

/** With `colour` false (NO_COLOR, a dumb terminal) every style gives its text back as it is. */
export function styleOf(colour: boolean): Style {
  return colour ? colours : plain;
}
