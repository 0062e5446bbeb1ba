import { Router } from 'express';
import { SHARE_PICTURE_SIZE } from '../export/sharePicture.ts';
import { escapeXml } from '../export/svg.ts';
import type { Services } from '../graphql/context.ts';
import type { SharePreview } from '../graphql/sharePreview.service.ts';
import type { Readiness } from './app.ts';
import type { OriginPolicy } from './requestOrigin.ts';
import type { PageWriter } from './staticPages.ts';

/** A moment, so that a link that was withdrawn is soon forgotten. */
const PICTURE_CACHING = 'public, max-age=300';
const CLOSED_TITLE = 'Circle Limit';
const CLOSED_DESCRIPTION = 'A shared view of image embeddings on the Poincaré disk.';

/** `/NAME.png`: the picture of a share link, for pages that show links. */
export function createSharePreviews(services: () => Services): Router {
  const router = Router();
  router.get('/:name.png', async ({ params }, response) => {
    const bytes = await services().sharePreviews.picture(params.name);
    response.set('Cache-Control', PICTURE_CACHING).type('png').end(bytes);
  });
  return router;
}

/** Writes title, description and picture of a link (Open Graph, ogp.me) into its page. */
export function createSharedPage(parts: {
  readonly services: () => Services;
  readonly readiness: () => Promise<Readiness>;
  readonly origins: OriginPolicy;
}): PageWriter {
  return async (html, request) => {
    const ready = (await parts.readiness()) === 'ready';
    const preview = ready ? await parts.services().sharePreviews.describe(request.params.token) : null;
    const origin = parts.origins.publicUrl ?? `${request.protocol}://${request.host}`;
    return html.replace('</head>', () => `${metaTags(preview, origin)}</head>`);
  };
}

/** The address of the page itself is left out: it holds the secret. */
function metaTags(preview: SharePreview | null, origin: string): string {
  const { width, height } = SHARE_PICTURE_SIZE;
  const named: [string, string][] = [
    ['robots', 'noindex'],
    ['twitter:card', 'summary_large_image'],
  ];
  const properties: [string, string][] = [
    ['og:site_name', 'Circle Limit'],
    ['og:type', 'website'],
    ['og:title', preview?.title ?? CLOSED_TITLE],
    ['og:description', preview?.description ?? CLOSED_DESCRIPTION],
    ['og:image', `${origin}/previews/${preview?.picture ?? 'closed'}.png`],
    ['og:image:type', 'image/png'],
    ['og:image:width', String(width)],
    ['og:image:height', String(height)],
    ['og:image:alt', `The disk of ${preview?.title ?? CLOSED_TITLE}`],
  ];
  const tag = (key: string, [name, content]: [string, string]) =>
    `<meta ${key}="${name}" content="${escapeXml(content)}" />\n`;
  return [...named.map((pair) => tag('name', pair)), ...properties.map((pair) => tag('property', pair))].join('');
}
