export { type AppOptions, buildApp } from './app.ts';
export { type ServeRepositoryOptions, serveRepository } from './channels/serve-repository.ts';
export { type MountOptions, mountRoutes } from './http/mount-routes.ts';
export { type RunningServer, startServer } from './start-server.ts';
