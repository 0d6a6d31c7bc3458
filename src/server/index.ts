export { serveRepository } from './channels/serve-repository.ts';
export { type MountOptions, mountRoutes } from './http/mount-routes.ts';
export { startServer } from './start-server.ts';
