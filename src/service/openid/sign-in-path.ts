/** Where a browser begins to sign in at the provider; the provider sends it back to `…/callback`. */
export const signInPath = '/api/session/openid';
