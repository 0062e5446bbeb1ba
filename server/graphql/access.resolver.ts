import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { roleOf } from '../access/actor.ts';
import type { Role as RoleName } from '../storage/access.ts';
import {
  AcceptInvitationInput,
  ApiTokenType,
  AuditConnectionType,
  CreateApiTokenInput,
  InvitationType,
  InviteMemberInput,
  MemberType,
  OfferedInvitationType,
  Role,
  toApiTokenType,
  toAuditEntryType,
  toInvitationType,
  toMemberType,
  ViewerType,
} from './access.type.ts';
import { pageRequest, toConnection } from './arguments.ts';
import type { GraphQLContext } from './context.ts';

@Resolver()
export class AccessResolver {
  @Query(() => ViewerType, { description: 'Who asks, and what they may do.' })
  viewer(@Ctx() { actor, services }: GraphQLContext): ViewerType {
    const person = actor.kind === 'user' || actor.kind === 'token' ? actor : null;
    return {
      loginRequired: services.access.required,
      role: roleOf(actor),
      id: person?.id ?? null,
      name: person?.name ?? null,
    };
  }

  @Query(() => [MemberType], { description: 'Everybody with a login, in the order in which they joined.' })
  async members(@Ctx() { services }: GraphQLContext): Promise<MemberType[]> {
    return (await services.store.members.listMembers()).map(toMemberType);
  }

  @Mutation(() => MemberType, { description: 'Changes what somebody may do, or whether they may do anything.' })
  async changeMember(
    @Arg('id', () => ID) id: string,
    @Arg('role', () => Role, { nullable: true }) role: RoleName | null,
    @Arg('disabled', () => Boolean, { nullable: true }) disabled: boolean | null,
    @Ctx() { services }: GraphQLContext,
  ): Promise<MemberType> {
    const member = await services.store.members.changeMember(id, {
      ...(role == null ? {} : { role }),
      ...(disabled == null ? {} : { disabledAt: disabled ? new Date() : null }),
    });
    return toMemberType(member);
  }

  @Query(() => OfferedInvitationType, {
    nullable: true,
    description: 'What an invitation offers; null when it does not work any more.',
  })
  invitation(
    @Arg('token', () => String) token: string,
    @Ctx() { services }: GraphQLContext,
  ): Promise<OfferedInvitationType | null> {
    return services.access.invitations.find(token);
  }

  @Query(() => [InvitationType], { description: 'Invitations that can still be accepted, newest first.' })
  async invitations(@Ctx() { services }: GraphQLContext): Promise<InvitationType[]> {
    return (await services.access.invitations.list()).map((invitation) => toInvitationType(invitation));
  }

  @Mutation(() => InvitationType, { description: 'Makes a link for one person; its secret is in this answer only.' })
  async inviteMember(
    @Arg('input', () => InviteMemberInput) input: InviteMemberInput,
    @Ctx() { actor, services }: GraphQLContext,
  ): Promise<InvitationType> {
    const { role, note, days } = input;
    const made = await services.access.invitations.create({ role, note: note ?? '', days: days ?? 7 }, actor);
    return toInvitationType(made.invitation, made.token);
  }

  @Mutation(() => InvitationType, { description: 'Withdraws an invitation.' })
  async revokeInvitation(
    @Arg('id', () => ID) id: string,
    @Ctx() { services }: GraphQLContext,
  ): Promise<InvitationType> {
    return toInvitationType(await services.access.invitations.revoke(id));
  }

  @Mutation(() => Boolean, { description: 'Makes a login and uses the invitation up; then log in with it.' })
  async acceptInvitation(
    @Arg('input', () => AcceptInvitationInput) input: AcceptInvitationInput,
    @Ctx() { services }: GraphQLContext,
  ): Promise<boolean> {
    const { id, name, role } = await services.access.invitations.accept(input);
    const member = { kind: 'user', id, name, role, sessionId: '', expiresAt: new Date() } as const;
    await services.access.audit.record(member, 'acceptInvitation', id, { role });
    return true;
  }

  @Query(() => [ApiTokenType], { description: 'Tokens of the person who asks, newest first.' })
  async apiTokens(@Ctx() { actor, services }: GraphQLContext): Promise<ApiTokenType[]> {
    return (await services.access.apiTokens.list(actor)).map((token) => toApiTokenType(token));
  }

  @Mutation(() => ApiTokenType, { description: 'Makes a token for a program; the token is in this answer only.' })
  async createApiToken(
    @Arg('input', () => CreateApiTokenInput) input: CreateApiTokenInput,
    @Ctx() { actor, services }: GraphQLContext,
  ): Promise<ApiTokenType> {
    const wanted = { name: input.name, role: input.role ?? 'VIEWER', days: input.days ?? 90 };
    const { token, secret } = await services.access.apiTokens.create(wanted, actor);
    return toApiTokenType(token, secret);
  }

  @Mutation(() => ApiTokenType, { description: 'Withdraws a token of one’s own for good; an admin may withdraw any.' })
  async revokeApiToken(
    @Arg('id', () => ID) id: string,
    @Ctx() { actor, services }: GraphQLContext,
  ): Promise<ApiTokenType> {
    return toApiTokenType(await services.access.apiTokens.revoke(id, actor));
  }

  @Query(() => AuditConnectionType, { description: 'Who did what, newest first.' })
  async auditLog(
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'Items a page, 1 to 200.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor after which the page starts.' })
    after: string | null,
    @Arg('actorName', () => String, { nullable: true, description: 'Only what this person did.' })
    actorName: string | null,
    @Arg('action', () => String, { nullable: true, description: 'Only this operation.' }) action: string | null,
    @Arg('subject', () => String, { nullable: true, description: 'Only what was done to this id.' })
    subject: string | null,
    @Ctx() { services }: GraphQLContext,
  ): Promise<AuditConnectionType> {
    const filter = {
      actorName: actorName ?? undefined,
      action: action ?? undefined,
      subject: subject ?? undefined,
    };
    return toConnection(await services.store.audit.listEntries(pageRequest(first, after), filter), toAuditEntryType);
  }
}
