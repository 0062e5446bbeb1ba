import {
  defaultFieldResolver,
  getNamedType,
  isInterfaceType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { requireRole, type Actor } from '../access/actor.ts';
import { FIELD_RULES, NO_RULE, type FieldRule } from '../access/rules.ts';
import type { GraphQLContext } from './context.ts';

type Field = GraphQLField<unknown, GraphQLContext>;
type Arguments = Readonly<Record<string, unknown>>;

/** Every field that needs a rule: those of the root types, and others that lead to objects with an id. */
export function fieldsWithRules(schema: GraphQLSchema): { name: string; type: GraphQLObjectType; field: Field }[] {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__')) return [];
    return Object.values(type.getFields())
      .filter((field) => roots.has(type) || leadsToNode(field))
      .map((field) => ({ name: `${type.name}.${field.name}`, type, field: field as Field }));
  });
}

function leadsToNode(field: GraphQLField<unknown, unknown>): boolean {
  const type = getNamedType(field.type);
  if (isInterfaceType(type)) return true;
  return isObjectType(type) && type.getInterfaces().length > 0;
}

/** Puts the rules before the resolvers, over HTTP and on sockets alike, and an audit entry after every mutation. */
export function applyRules(schema: GraphQLSchema): GraphQLSchema {
  for (const { name, type, field } of fieldsWithRules(schema)) {
    const rule = FIELD_RULES[name] ?? NO_RULE;
    if (rule.needs === 'PARENT') continue;
    if (type === schema.getSubscriptionType()) guardSubscription(field, rule);
    else if (type === schema.getMutationType()) guardMutation(field, rule);
    else guardResolver(field, rule);
  }
  return schema;
}

/** @throws UnauthenticatedError, ForbiddenError */
export function requireRule(actor: Actor, rule: FieldRule, what: string, args: Arguments): void {
  if (rule.needs === 'PUBLIC' || rule.needs === 'PARENT') return;
  const isSeen = (run: unknown) => actor.kind === 'link' && actor.runIds.includes(String(run));
  if (actor.kind === 'link' && rule.runs?.(args).every(isSeen)) return;
  requireRole(actor, rule.needs, what);
}

function guardResolver(field: Field, rule: FieldRule): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args: Arguments, context, info) => {
    requireRule(context.actor, rule, field.name, args);
    return resolve(source, args, context, info) as unknown;
  };
}

function guardSubscription(field: Field, rule: FieldRule): void {
  const { subscribe = defaultFieldResolver } = field;
  field.subscribe = (source, args: Arguments, context, info) => {
    requireRule(context.actor, rule, field.name, args);
    return subscribe(source, args, context, info) as unknown;
  };
}

function guardMutation(field: Field, rule: FieldRule): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = async (source, args: Arguments, context, info) => {
    const { actor, services } = context;
    requireRule(actor, rule, field.name, args);
    const result: unknown = await resolve(source, args, context, info);
    const { audit, live } = services.access;
    if (rule.audited !== false) {
      const { input, ...rest } = args;
      const detail = { ...rest, ...(input as Arguments | undefined) };
      await audit.record(actor, field.name, subjectOf(args, result), detail);
    }
    // Before the answer: whoever hears that a right has ended can rely on it.
    if (rule.endsRights === true) await live.recheck();
    return result;
  };
}

/** The id of what a mutation was about. */
function subjectOf({ id }: Arguments, result: unknown): string | null {
  if (typeof id === 'string') return id;
  const made = result as { readonly id?: unknown } | null;
  return typeof made?.id === 'string' ? made.id : null;
}
