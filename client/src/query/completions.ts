import { formatValue } from './query.ts';

/** A field that a query may name. */
export interface QueryField {
  readonly name: string;
  /** The values of a category; null for numbers and for text. */
  readonly values: readonly string[] | null;
  readonly kind: 'category' | 'number' | 'text';
  /** One line for people. */
  readonly help: string;
}

export interface Completion {
  /** What the list shows. */
  readonly text: string;
  readonly help: string;
  /** The whole line after it was chosen. */
  readonly line: string;
  /** Where the cursor stands then. */
  readonly cursor: number;
}

const LIMIT = 12;
/** What stands before the cursor: a field with its operator, values that are complete, and the begun one. */
const VALUE =
  /([\p{L}_][\p{L}\p{N}_.-]*)(?::|=|!=)((?:"(?:[^"\\]|\\.)*"|[^\s"(),])*,)*("?)([^"\s(),:<>=]*|(?<=")[^"]*)$/u;
const WORD = /(^|[\s(-])([\p{L}_][\p{L}\p{N}_.-]*)?$/u;

/** What could stand at the cursor: names of fields, and after a field its values. */
export function completionsAt(line: string, cursor: number, fields: readonly QueryField[]): readonly Completion[] {
  const before = line.slice(0, cursor);
  const value = VALUE.exec(before);
  if (value !== null) return valuesFor(line, cursor, value[1]!, `${value[3]}${value[4]}`, fields);
  const word = WORD.exec(before);
  if (word === null) return [];
  const begun = word[2] ?? '';
  const named = fields
    .filter(({ name }) => startsLike(name, begun))
    .map((field) => complete(line, cursor, begun.length, fieldText(field), field.name, field.help));
  // A word alone may be a label: offer it with its field.
  const values = begun === '' ? [] : fields.flatMap((field) => labelsLike(line, cursor, begun, field));
  return [...named, ...values].slice(0, LIMIT);
}

function fieldText({ name, kind }: QueryField): string {
  return kind === 'number' ? `${name}<` : `${name}:`;
}

function labelsLike(line: string, cursor: number, begun: string, field: QueryField): Completion[] {
  return (field.values ?? [])
    .filter((value) => startsLike(value, begun))
    .map((value) => {
      const text = `${field.name}:${formatValue(value)}`;
      return complete(line, cursor, begun.length, `${text} `, text, field.help);
    });
}

function valuesFor(
  line: string,
  cursor: number,
  fieldName: string,
  begun: string,
  fields: readonly QueryField[],
): Completion[] {
  const field = fields.find(({ name }) => name.toLowerCase() === fieldName.toLowerCase());
  const letters = begun.replace(/^"/, '');
  return (field?.values ?? [])
    .filter((value) => startsLike(value, letters))
    .slice(0, LIMIT)
    .map((value) => complete(line, cursor, begun.length, `${formatValue(value)} `, value, ''));
}

function startsLike(name: string, begun: string): boolean {
  const [whole, part] = [name.toLowerCase(), begun.toLowerCase()];
  return whole.startsWith(part) || whole.includes(` ${part}`) || (part.length > 2 && whole.includes(part));
}

function complete(
  line: string,
  cursor: number,
  replaced: number,
  inserted: string,
  text: string,
  help: string,
): Completion {
  const start = line.slice(0, cursor - replaced) + inserted;
  return { text, help, line: start + line.slice(cursor).replace(/^\s+/, ''), cursor: start.length };
}
