import type { S3Client } from '@aws-sdk/client-s3';
import { proxyAgents } from '../ports/index.ts';

export interface S3ClientOptions {
  /** For storage that is not Amazon's; else `AWS_ENDPOINT_URL`. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Sends requests to S3 or what speaks like it, through a proxy where the environment names one. */
export async function s3Client(options: S3ClientOptions): Promise<S3Client> {
  const s3 = await import('@aws-sdk/client-s3');
  const endpoint = options.endpoint ?? process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  const region = options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const agents = await proxyAgents(new URL(endpoint ?? `https://s3.${region}.amazonaws.com`));
  return new s3.S3Client({
    region,
    ...(agents && { requestHandler: agents }),
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    // many compatible stores know no other checksums than S3's first ones
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
