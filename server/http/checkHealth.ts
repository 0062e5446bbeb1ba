/** The container's health check, a program of its own: ends with 0 when the server on this machine answers. */
const port = process.env.PORT ?? '4000';
const host = process.env.HOST === '::1' ? '[::1]' : '127.0.0.1';

fetch(`http://${host}:${port}/healthz`).then(
  (response) => process.exit(response.ok ? 0 : 1),
  () => process.exit(1),
);
