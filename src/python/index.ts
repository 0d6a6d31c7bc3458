export { checkSyntax } from './check-syntax.ts';
export { withoutNetwork } from './without-network.ts';
