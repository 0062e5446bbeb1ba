import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfoType } from './page.type.ts';
import { DateTime } from './scalars.ts';
import type { ApiToken, AuditEntry, Invitation, Member, Role as RoleName } from '../storage/access.ts';

export const Role = { VIEWER: 'VIEWER', EDITOR: 'EDITOR', ADMIN: 'ADMIN' } as const satisfies {
  [Name in RoleName]: Name;
};

registerEnumType(Role, {
  name: 'Role',
  description: 'What somebody may do; each may all that the ones before it may.',
  valuesConfig: {
    VIEWER: { description: 'Look at everything.' },
    EDITOR: { description: 'Start, change and delete runs, and share them.' },
    ADMIN: { description: 'Invite people, change what they may do, read the audit log.' },
  },
});

@ObjectType('Viewer', { description: 'Who asks, as the server knows it.' })
export class ViewerType {
  @Field(() => Boolean, { description: 'Whether this server asks for a login.' })
  loginRequired!: boolean;

  @Field(() => Role, { nullable: true, description: 'What the caller may do; null without a login.' })
  role!: RoleName | null;

  @Field(() => ID, { nullable: true, description: 'Id of the person; null without a login.' })
  id!: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the person; null without a login.' })
  name!: string | null;
}

@ObjectType('Member', { description: 'A person with a login.' })
export class MemberType {
  @Field(() => ID, { description: 'Unique among all people.' })
  id!: string;

  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Field(() => String, { description: 'Mail address, with which the person logs in.' })
  email!: string;

  @Field(() => Role, { description: 'What the person may do.' })
  role!: RoleName;

  @Field(() => DateTime, { nullable: true, description: 'Since when the person may do nothing any more.' })
  disabledAt!: Date | null;

  @Field(() => DateTime, { description: 'When the person joined.' })
  createdAt!: Date;
}

@ObjectType('Invitation', { description: 'A link with which one person makes a login, once.' })
export class InvitationType {
  @Field(() => ID, { description: 'Unique among all invitations.' })
  id!: string;

  @Field(() => Role, { description: 'What the person will be allowed to do.' })
  role!: RoleName;

  @Field(() => String, { description: 'For whom it is.' })
  note!: string;

  @Field(() => String, { description: 'Who made it.' })
  createdBy!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it stops working.' })
  expiresAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'Path of the page where it is accepted. Only in the answer to inviteMember.',
  })
  url!: string | null;
}

@ObjectType('OfferedInvitation', { description: 'What an invitation offers to whoever has its link.' })
export class OfferedInvitationType {
  @Field(() => Role, { description: 'What the person will be allowed to do.' })
  role!: RoleName;

  @Field(() => String, { description: 'Who made it.' })
  createdBy!: string;

  @Field(() => DateTime, { description: 'When it stops working.' })
  expiresAt!: Date;
}

@InputType('InviteMemberInput', { description: 'For whom a link is made.' })
export class InviteMemberInput {
  @Field(() => Role, { description: 'What the person will be allowed to do.' })
  role!: RoleName;

  @Field(() => String, { nullable: true, defaultValue: '', description: 'For whom it is.' })
  note!: string | null;

  @Field(() => Int, { nullable: true, defaultValue: 7, description: 'Days until it stops working, 1 to 90.' })
  days!: number | null;
}

@InputType('AcceptInvitationInput', { description: 'A new login.' })
export class AcceptInvitationInput {
  @Field(() => String, { description: 'The secret of the link.' })
  token!: string;

  @Field(() => String, { description: 'Name, as others will see it.' })
  name!: string;

  @Field(() => String, { description: 'Mail address, to log in with.' })
  email!: string;

  @Field(() => String, { description: '12 to 128 characters.' })
  password!: string;
}

@ObjectType('ApiToken', { description: 'With which a program acts for a person.' })
export class ApiTokenType {
  @Field(() => ID, { description: 'Unique among all tokens.' })
  id!: string;

  @Field(() => String, { description: 'What it is for.' })
  name!: string;

  @Field(() => Role, { description: 'The most that it may do.' })
  role!: RoleName;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it stops working.' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was withdrawn.' })
  revokedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last used, to the minute.' })
  lastUsedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The token itself. Only in the answer to createApiToken: afterwards nobody knows it.',
  })
  token!: string | null;
}

@InputType('CreateApiTokenInput', { description: 'A token for a program.' })
export class CreateApiTokenInput {
  @Field(() => String, { description: 'What it is for.' })
  name!: string;

  @Field(() => Role, { nullable: true, defaultValue: 'VIEWER', description: 'The most that it may do.' })
  role!: RoleName | null;

  @Field(() => Int, { nullable: true, defaultValue: 90, description: 'Days until it stops working, 1 to 366.' })
  days!: number | null;
}

@ObjectType('AuditEntry', { description: 'Who did what.' })
export class AuditEntryType {
  @Field(() => DateTime, { description: 'When.' })
  at!: Date;

  @Field(() => String, { description: 'user, token (a program of that person), local, link, or anonymous.' })
  actorKind!: string;

  @Field(() => ID, { nullable: true, description: 'Id of the person; null where there was no login.' })
  actorId!: string | null;

  @Field(() => String, { description: 'Name of the person at that time.' })
  actorName!: string;

  @Field(() => String, { description: 'What was done: the name of the operation, such as startRun.' })
  action!: string;

  @Field(() => String, { nullable: true, description: 'Id of what it was done to.' })
  subject!: string | null;

  @Field(() => String, { description: 'The arguments as JSON, without secrets.' })
  detail!: string;
}

@ObjectType('AuditEdge', { description: 'One entry of a page.' })
export class AuditEdgeType {
  @Field(() => String, { description: 'Position in the list.' })
  cursor!: string;

  @Field(() => AuditEntryType, { description: 'The entry.' })
  node!: AuditEntryType;
}

@ObjectType('AuditConnection', { description: 'A page of the audit log, newest first.' })
export class AuditConnectionType {
  @Field(() => [AuditEdgeType], { description: 'The entries with their positions.' })
  edges!: AuditEdgeType[];

  @Field(() => [AuditEntryType], { description: 'The entries.' })
  nodes!: AuditEntryType[];

  @Field(() => PageInfoType, { description: 'Where the page ends.' })
  pageInfo!: PageInfoType;

  @Field(() => Int, { description: 'Number of entries over all pages.' })
  totalCount!: number;
}

export function toMemberType(member: Member): MemberType {
  return { ...member };
}

/** `token` is known right after its creation only. It stands behind a #, which no browser sends to any server. */
export function toInvitationType(invitation: Invitation, token: string | null = null): InvitationType {
  return { ...invitation, url: token === null ? null : `/join#${token}` };
}

export function toApiTokenType(token: ApiToken, secret: string | null = null): ApiTokenType {
  return { ...token, token: secret };
}

export function toAuditEntryType(entry: AuditEntry): AuditEntryType {
  return { ...entry, detail: JSON.stringify(entry.detail) };
}
