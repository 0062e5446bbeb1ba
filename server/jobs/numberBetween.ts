import { BadInputError } from '../errors.ts';

/** @throws BadInputError naming the value, unless it is in the range, null or left out. */
export function numberBetween(
  name: string,
  value: number | null | undefined,
  minimum: number,
  maximum: number,
): number | undefined {
  if (value == null) return undefined;
  if (!(value >= minimum && value <= maximum)) {
    throw new BadInputError(`${name}: ${value} is not between ${minimum} and ${maximum}`);
  }
  return value;
}

/** @throws BadInputError naming the value, unless it is a whole number in the range, null or left out. */
export function wholeNumberBetween(
  name: string,
  value: number | null | undefined,
  minimum: number,
  maximum: number,
): number | undefined {
  if (value != null && !Number.isInteger(value)) throw new BadInputError(`${name}: ${value} is not a whole number`);
  return numberBetween(name, value, minimum, maximum);
}
