import { archiveTarget } from '../archiveTarget.ts';

export const target = archiveTarget('photos.zip', 'photos.zip');
