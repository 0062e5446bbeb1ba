import { archiveTarget } from '../archiveTarget.ts';

export const target = archiveTarget('photos.tar.gz', 'photos.tar.gz');
