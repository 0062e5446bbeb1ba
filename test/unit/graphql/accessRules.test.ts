import { describe, expect, it } from 'vitest';
import { FIELD_RULES } from '../../../server/access/rules.ts';
import { fieldsWithRules } from '../../../server/graphql/applyRules.ts';
import { buildApiSchema } from '../../../server/graphql/buildSchema.ts';

const names = fieldsWithRules(await buildApiSchema()).map(({ name }) => name);

describe('The rules of access', () => {
  it.each(names)('have a rule for %s', (name) => {
    expect(FIELD_RULES[name], `add a rule for ${name} in server/access/rules.ts`).toBeDefined();
  });

  it('name only fields that exist', () => {
    expect(Object.keys(FIELD_RULES).filter((name) => !names.includes(name))).toEqual([]);
  });
});
