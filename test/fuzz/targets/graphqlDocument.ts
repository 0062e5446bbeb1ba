import { getOperationAST, GraphQLError, parse, specifiedRules, validate } from 'graphql';
import { buildApiSchema } from '../../../server/graphql/buildSchema.ts';
import { limitRules, MAX_TOKENS, operationError } from '../../../server/graphql/operationLimits.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const DOCUMENTS = [
  '{ runs(first: 3) { nodes { id name quality { recallAt15 } } } }',
  'query Q($id: ID!, $k: Int = 10) { neighbors(runId: $id, point: 1, k: $k) { ...N } } fragment N on Neighbor { point }',
  'subscription { runProgress(runId: "r") { frame { coordinates } } }',
  'mutation { startRun(input: { dataset: "emoji", model: "nano", seed: 1 }) { id @include(if: true) } }',
];
const schema = await buildApiSchema();

export const target: FuzzTarget = {
  seeds: () => Promise.resolve(DOCUMENTS.map((document) => Buffer.from(document))),
  take(bytes) {
    try {
      const document = parse(Buffer.from(bytes).toString('utf8'), { maxTokens: MAX_TOKENS });
      if (validate(schema, document, [...specifiedRules, ...limitRules]).length > 0) return;
      if (getOperationAST(document) != null) operationError(schema, document, {}, undefined);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
    }
  },
};
