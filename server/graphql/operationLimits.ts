import { GraphQLError, type DocumentNode, type GraphQLSchema, type ValidationRule } from 'graphql';
import depthLimit from 'graphql-depth-limit';
// Its ES modules name graphql's module files and so load a second copy of graphql, which refuses our schema.
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity/cjs';

const MAX_DEPTH = 10;
const MAX_COMPLEXITY = 20_000;

/** Fields that read arrays of all points or search them; every other field counts 1. */
const EXPENSIVE_FIELDS: Readonly<Record<string, number>> = {
  layout: 500,
  points: 500,
  history: 100,
  keyframes: 20,
  labels: 100,
  neighbors: 500,
  compareRuns: 2000,
  runStability: 5000,
};

/** A list counts as many times what is asked of each item as it has items. */
const listEstimator: ComplexityEstimator = ({ args, field, childComplexity }) => {
  const own = EXPENSIVE_FIELDS[field.name] ?? 1;
  const items: unknown = args.first ?? args.k;
  return own + childComplexity * (typeof items === 'number' ? Math.max(1, items) : 1);
};

/** For the validation of documents, on HTTP and on the websocket alike. */
export const limitRules: readonly ValidationRule[] = [reportAsLimit(depthLimit(MAX_DEPTH) as ValidationRule)];

/** The error of an operation that asks for too much at once, or null. The document must be valid. */
export function complexityError(
  schema: GraphQLSchema,
  query: DocumentNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
  operationName: string | null | undefined,
): GraphQLError | null {
  const complexity = getComplexity({
    schema,
    query,
    variables: variables ?? {},
    operationName: operationName ?? undefined,
    estimators: [listEstimator],
  });
  if (complexity <= MAX_COMPLEXITY) return null;
  return limitError(
    `the operation costs ${complexity}, at most ${MAX_COMPLEXITY}; ask for fewer fields or smaller pages`,
  );
}

function limitError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED' } });
}

/** The depth rule reports a plain error; ours says that it is a limit. */
function reportAsLimit(rule: ValidationRule): ValidationRule {
  return (context) =>
    rule(
      new Proxy(context, {
        get(target, property) {
          if (property === 'reportError') return (error: GraphQLError) => target.reportError(limitError(error.message));
          const value: unknown = Reflect.get(target, property, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
    );
}
