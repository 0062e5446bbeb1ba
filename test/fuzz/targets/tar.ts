import { archiveTarget } from '../archiveTarget.ts';

export const target = archiveTarget('shard.tar', 'shard-000000.tar');
