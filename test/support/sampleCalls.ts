import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql';

/** A value that the type takes; ids name nothing that exists. */
function sampleLiteral(type: GraphQLInputType): string {
  if (isNonNullType(type)) return sampleLiteral(type.ofType);
  if (isListType(type)) return `[${sampleLiteral(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0].name;
  if (isInputObjectType(type)) return `{ ${sampleArguments(Object.values(type.getFields()))} }`;
  const samples: Record<string, string> = { Int: '1', Float: '1', Boolean: 'true', DateTime: '"2030-01-01T00:00:00Z"' };
  return samples[type.name] ?? '"run_none"';
}

function sampleArguments(parts: readonly (GraphQLArgument | GraphQLInputField)[], given: Record<string, string> = {}) {
  return parts
    .filter(({ name, type }) => isNonNullType(type) || name in given)
    .map(({ name, type }) => `${name}: ${given[name] ?? sampleLiteral(type)}`)
    .join(', ');
}

/** A call of a root field with the arguments that it cannot do without. */
export function sampleCall(
  operation: 'query' | 'mutation' | 'subscription',
  field: GraphQLField<unknown, unknown>,
  given: Record<string, string> = {},
): string {
  const args = sampleArguments(field.args, given);
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return `${operation} { ${field.name}${args === '' ? '' : `(${args})`}${selection} }`;
}
