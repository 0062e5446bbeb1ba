import { parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildApiSchema } from '../../../server/graphql/buildSchema.ts';
import { complexityError, limitRules, withinTime } from '../../../server/graphql/operationLimits.ts';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildApiSchema();
});

const nested = (levels: number): string =>
  levels === 0 ? 'id' : `embeddingSet { dataset { runs { ${nested(levels - 1)} } } }`;

describe('The limits of an operation', () => {
  it('allow what the dashboard asks for', () => {
    const document = parse(
      '{ runs { edges { node { id name status quality { recallAt15 } embeddingSet { dataset { labels { name } } } } } } }',
    );
    expect(validate(schema, document, limitRules)).toEqual([]);
    expect(complexityError(schema, document, {}, null)).toBeNull();
  });

  it('refuse a document that is nested too deep', () => {
    const errors = validate(schema, parse(`{ run(id: "1") { ${nested(4)} } }`), limitRules);
    expect(errors[0].message).toContain('more than 11 levels of fields');
    expect(errors[0].extensions.code).toBe('LIMIT_EXCEEDED');
  });

  it.each([
    ['through fragments', `{ run(id: "1") { ...A } } fragment A on Run { ${nested(4)} }`],
    ['by any name', `query __proto__ { run(id: "1") { ${nested(4)} } }`],
  ])('refuse it %s', (_, text) => {
    expect(validate(schema, parse(text), limitRules)[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
  });

  it.each([
    ['a fragment that is not there', '{ ...A }'],
    ['fragments in a circle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
  ])('leave %s to the rules of GraphQL', (_, text) => {
    expect(validate(schema, parse(text), limitRules)).toEqual([]);
    expect(validate(schema, parse(text)).length).toBeGreaterThan(0);
  });

  it('refuse many costly fields at once, also behind aliases', () => {
    const aliases = Array.from({ length: 50 }, (_, i) => `a${i}: run(id: "1") { layout { coordinates } }`).join(' ');
    expect(complexityError(schema, parse(`{ ${aliases} }`), {}, null)?.extensions.code).toBe('LIMIT_EXCEEDED');
  });

  it('count a page as many times as it has items, also from a variable', () => {
    const document = parse('query ($n: Int) { runs(first: $n) { nodes { layout { coordinates } } } }');
    expect(complexityError(schema, document, { n: 5 }, null)).toBeNull();
    expect(complexityError(schema, document, { n: 200 }, null)?.message).toMatch(/costs \d+, at most 20000/);
  });
});

describe('The time of an operation', () => {
  const never = new Promise<never>(() => undefined);

  it('ends with a sentence that says so', async () => {
    const { errors } = (await withinTime(never, 20)) as ExecutionResult;
    expect(errors?.[0].message).toBe('the operation took longer than 0.02 s; ask for less at once');
    expect(errors?.[0].extensions.code).toBe('LIMIT_EXCEEDED');
  });

  it('changes nothing of an answer or an error in time', async () => {
    const answer = { data: { server: null } };
    expect(await withinTime(answer, 60_000)).toBe(answer);
    await expect(withinTime(Promise.reject(new Error('as before')), 60_000)).rejects.toThrow('as before');
  });

  it('ends a stream that begins after it', async () => {
    let ended: () => void;
    const wasEnded = new Promise<void>((resolve) => (ended = resolve));
    let begin: (stream: object) => void;
    const stream = new Promise<object>((resolve) => (begin = resolve));
    expect(await withinTime(stream, 1)).toHaveProperty('errors');
    begin!({ return: () => Promise.resolve(ended()) });
    await wasEnded;
  });
});
