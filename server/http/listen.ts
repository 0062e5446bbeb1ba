import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { BadInputError, ConflictError } from '../errors.ts';
import type { SocketServer } from '../graphql/socketServer.ts';
import { refuseForeign, type OriginPolicy } from './requestOrigin.ts';

/** Lets websockets of the server's own pages in at /graphql, nobody else and nowhere else. */
export function acceptSockets(server: Server, sockets: SocketServer, policy: OriginPolicy): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path !== '/graphql') return refuse(socket, '404 Not Found');
    if (refuseForeign(request, policy) !== null) return refuse(socket, '403 Forbidden');
    sockets.handleUpgrade(request, socket, head, (accepted) => sockets.sockets.emit('connection', accepted, request));
  });
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/**
 * Begins to listen. Port 0 takes any free one.
 * @returns the address of the page.
 * @throws ConflictError when the port is in use, BadInputError when the host is no address of this machine.
 */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(describe(error, host, port)));
    server.listen(port, host, () => {
      const { port: actual } = server.address() as AddressInfo;
      const name = reachableName(host);
      resolve(`http://${name.includes(':') ? `[${name}]` : name}:${actual}`);
    });
  });
}

function describe(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConflictError(`port ${port} is in use; stop what uses it or choose another with --port`, {
      cause: error,
    });
  }
  if (error.code === 'EACCES') return new BadInputError(`port ${port}: not allowed; choose one above 1023`);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new BadInputError(`host ${host}: is no address of this machine`);
  }
  return error;
}

/** A host that a browser can open: of all addresses of this machine, the first that others can reach. */
function reachableName(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
