export { checkSyntax, type SyntaxFault } from './check-syntax.ts';
export { type Confined, withoutNetwork } from './without-network.ts';
