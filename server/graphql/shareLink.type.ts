import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { ShareLink } from '../storage/store.ts';
import { NodeType } from './node.type.ts';
import { RunType } from './run.type.ts';
import { DateTime } from './scalars.ts';

@InputType('CreateShareLinkInput', { description: 'What a link shows to whoever has it.' })
export class CreateShareLinkInput {
  @Field(() => [ID], { description: 'One run, or up to six to compare.' })
  runIds!: string[];

  @Field(() => String, {
    description: 'The query string of the page: center, zoom, rotation, color-by, selection, iteration.',
  })
  viewState!: string;

  @Field(() => DateTime, { nullable: true, description: 'When the link stops working; by default never.' })
  expiresAt?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether whoever has it may take the layouts away as files.',
  })
  allowDownload?: boolean | null;
}

@ObjectType('ShareLink', {
  implements: NodeType,
  description: 'A link that shows a view of one or several runs, read-only.',
})
export class ShareLinkType extends NodeType {
  @Field(() => String, {
    nullable: true,
    description: 'Path of the shared view. Only in the answer to createShareLink: afterwards nobody knows it.',
  })
  url!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The secret part of the link. Only in the answer to createShareLink.',
  })
  token!: string | null;

  @Field(() => [ID], { description: 'The runs it shows.' })
  runIds!: string[];

  @Field(() => String, { description: 'The query string of the page.' })
  viewState!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it stops working; null is never.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was withdrawn.' })
  revokedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When somebody last opened it.' })
  lastUsedAt!: Date | null;

  @Field(() => String, { description: 'Who shared it; empty where there was no login.' })
  createdBy!: string;

  @Field(() => Boolean, { description: 'Whether whoever has it may take the layouts away as files.' })
  allowDownload!: boolean;
}

@ObjectType('SharedView', { description: 'What a share link shows.' })
export class SharedViewType {
  @Field(() => [RunType], { description: 'One run, or several to compare.' })
  runs!: RunType[];

  @Field(() => String, { description: 'The query string of the page.' })
  viewState!: string;

  @Field(() => DateTime, { nullable: true, description: 'When the link stops working; null is never.' })
  expiresAt!: Date | null;

  @Field(() => String, { description: 'Who shared it; empty where there was no login.' })
  createdBy!: string;

  @Field(() => DateTime, { description: 'When it was shared.' })
  createdAt!: Date;

  @Field(() => Boolean, { description: 'Whether the layouts may be taken away as files.' })
  allowDownload!: boolean;

  @Field(() => String, {
    description:
      'Opens these runs, nothing else and read-only: as `Authorization: Bearer`, as `token` of the first message on a socket, or as `ticket` in the address of an image or file.',
  })
  ticket!: string;

  @Field(() => DateTime, { description: 'When the ticket stops working; ask again before.' })
  ticketExpiresAt!: Date;
}

/** A share link as the API shows it; `token` is known right after its creation only. */
export function toShareLinkType(link: ShareLink, token: string | null = null): ShareLinkType {
  return Object.assign(new ShareLinkType(), link, { token, url: token === null ? null : `/s/${token}` });
}
