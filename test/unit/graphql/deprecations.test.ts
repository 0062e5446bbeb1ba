import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildApiSchema } from '../../../server/graphql/buildSchema.ts';

/** What the reason of a deprecation says, so that people know how long they have. */
const DATED = /^.+; deprecated since \d{4}-\d\d-\d\d, removed not before \d{4}-\d\d-\d\d$/;

interface Deprecated {
  readonly place: string;
  readonly reason: string;
}

function deprecationsOf(schema: GraphQLSchema): Deprecated[] {
  const found: Deprecated[] = [];
  const look = (place: string, { deprecationReason }: { readonly deprecationReason?: string | null | undefined }) => {
    if (deprecationReason != null) found.push({ place, reason: deprecationReason });
  };
  for (const type of Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))) {
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field);
      if ('args' in field)
        for (const argument of field.args) look(`${type.name}.${field.name}.${argument.name}`, argument);
    }
  }
  return found;
}

const undated = (schema: GraphQLSchema): string[] =>
  deprecationsOf(schema).flatMap(({ place, reason }) => (DATED.test(reason) ? [] : place));

describe('What is deprecated in the API', () => {
  it('says since when, and until when it stays at least', async () => {
    expect(undated(await buildApiSchema())).toEqual([]);
  });

  it('is found in fields, arguments, inputs and enums alike', () => {
    const schema = buildSchema(`
      type Query {
        fine: Int @deprecated(reason: "use good; deprecated since 2026-01-01, removed not before 2026-07-01")
        old: Int @deprecated
        good(a: Int, b: In @deprecated(reason: "soon"), c: Kind): Int
      }
      input In { x: Int @deprecated(reason: "use y") y: Int }
      enum Kind { A B @deprecated(reason: "use A") }`);
    expect(undated(schema).sort()).toEqual(['In.x', 'Kind.B', 'Query.good.b', 'Query.old']);
  });
});
