import { GraphQLScalarType } from 'graphql';
import { GraphQLISODateTime } from 'type-graphql';

/** An instant as ISO 8601 in UTC, such as 2026-02-01T12:00:00.000Z. Type-graphql's own scalar, under the name of the contract. */
export const DateTime = new GraphQLScalarType({ ...GraphQLISODateTime.toConfig(), name: 'DateTime' });
