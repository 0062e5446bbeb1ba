import {
  GraphQLError,
  print,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
// Its ES modules name graphql's module files and so load a second copy of graphql, which refuses our schema.
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity/cjs';

/** Levels of fields, counted through fragments. */
const MAX_DEPTH = 11;
const MAX_COMPLEXITY = 20_000;
const MAX_ALIASES = 100;
/** Words and signs of a document, counted while it is parsed. */
export const MAX_TOKENS = 5000;
/** An operation that takes longer is answered with an error, so that no caller waits for ever. */
export const OPERATION_TIMEOUT_MILLISECONDS = 60_000;

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

/** The rules throw unless they are told not to, which would be a defect to those who call them. */
const reporting = (errorMessage: string) =>
  ({
    errorMessage,
    exposeLimits: false,
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null, error: GraphQLError) => context?.reportError(error)],
  }) satisfies Parameters<typeof maxAliasesRule>[0];

const aliasLimit: ValidationRule = maxAliasesRule({ n: MAX_ALIASES, ...reporting(`more than ${MAX_ALIASES} aliases`) });
const depthLimit: ValidationRule = maxDepthRule({
  n: MAX_DEPTH,
  flattenFragments: true,
  ...reporting(`more than ${MAX_DEPTH} levels of fields`),
});

/** For the validation of documents, on HTTP and on the websocket alike. */
export const limitRules: readonly ValidationRule[] = [reportAsLimit(depthLimit), reportAsLimit(aliasLimit)];

/**
 * The error of an operation that asks for too much at once, or holds what no text of the store can, or null. The document
 * must be valid.
 */
export function operationError(
  ...[schema, query, variables, operationName]: Parameters<typeof complexityError>
): GraphQLError | null {
  // Postgres has no character 0 in texts. A document can hold it as an escape only.
  const holdsNul = JSON.stringify(variables ?? null).includes('\\u0000') || print(query).includes('\\u0000');
  if (holdsNul) {
    return new GraphQLError('a text of the operation holds the character U+0000, which no text here can have', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return complexityError(schema, query, variables, operationName);
}

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

/** What HTTP and sockets tell of an operation that took too long. */
export function timeLimitMessage(milliseconds: number): string {
  return `the operation took longer than ${milliseconds / 1000} s; ask for less at once`;
}

/**
 * The answer of an operation, or an error once `milliseconds` have passed without one. A stream that begins after that is
 * ended at once, as nobody reads it.
 */
export async function withinTime<Answer extends object>(
  work: Answer | PromiseLike<Answer>,
  milliseconds: number,
): Promise<Answer | ExecutionResult> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const late = new Promise<ExecutionResult>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve({ errors: [limitError(timeLimitMessage(milliseconds))] });
    }, milliseconds);
  });
  const answered = Promise.resolve(work).then(async (answer) => {
    if (isLate && 'return' in answer) await (answer as unknown as AsyncGenerator).return(undefined);
    return answer;
  });
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}

function limitError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED' } });
}

/** These rules report plain errors; ours say that they are limits. */
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
