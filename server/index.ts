/** The server for other programs: `circle-limit`. Example: `await startServer(readConfig({ PORT: '0' }))`. */
import 'reflect-metadata';
export { readConfig, type Config } from './config.ts';
export { AppError, type ErrorCode } from './errors.ts';
export { startServer, type RunningServer, type ServerOptions } from './main.ts';
