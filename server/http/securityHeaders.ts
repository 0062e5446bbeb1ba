import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Who may show the server's pages in a frame: nobody; a shared view with `?embed=1`, the sites named for it. */
export interface FramePolicy {
  readonly embedOrigins: readonly string[];
}

/**
 * Only our own scripts run; workers may come from blobs, and WebAssembly may be compiled, as deck.gl's loaders do.
 * Addresses of pages, which may hold the secret of a share link, are told to no other site (no Referer, by default).
 */
export function securityHeaders({ embedOrigins }: FramePolicy): RequestHandler {
  const normal = headersFor(["'none'"]);
  const framed = headersFor(embedOrigins.length === 0 ? ["'none'"] : embedOrigins);
  return (request, response, next) => {
    const isFramed = request.path.startsWith('/s/') && request.query.embed === '1';
    (isFramed ? framed : normal)(request, response, next);
  };
}

function headersFor(frameAncestors: readonly string[]): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'", 'blob:'],
        // Components of reka-ui and charts set styles of their own.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: [...frameAncestors],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // frame-ancestors says it, and this older header cannot name a site.
    xFrameOptions: frameAncestors[0] === "'none'" ? { action: 'deny' } : false,
    // Set by the proxy that has the certificate.
    strictTransportSecurity: false,
  });
}
