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

  // Written out here once more, so that a rule that is loosened by mistake is noticed.
  it('open to everybody, and leave to admins, what they did before', () => {
    const needing = (role: string) =>
      Object.keys(FIELD_RULES)
        .filter((name) => FIELD_RULES[name].needs === role)
        .sort();
    expect(needing('PUBLIC')).toEqual([
      'Mutation.acceptInvitation',
      'Query.invitation',
      'Query.sharedView',
      'Query.viewer',
    ]);
    expect(needing('ADMIN')).toEqual([
      'Mutation.changeMember',
      'Mutation.inviteMember',
      'Mutation.revokeInvitation',
      'Query.auditLog',
      'Query.invitations',
      'Query.members',
    ]);
    const viewers = needing('VIEWER').filter((name) => name.startsWith('Mutation.'));
    expect(viewers).toEqual(['Mutation.createApiToken', 'Mutation.revokeApiToken']);
  });
});
