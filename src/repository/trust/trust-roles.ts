/** The four duties of TUF. Packages are listed in hashed bins, which the `targets` keys sign too. */
export const roles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type TrustRole = (typeof roles)[number];
