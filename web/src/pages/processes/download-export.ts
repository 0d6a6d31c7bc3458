import { basePath } from '../../api/base-path.ts';
import { ApiError } from '../../api/client.ts';

/** Saves an export as the server wrote it, byte for byte: reading it as a value and writing it again could change numbers. */
export async function downloadExport(ids: readonly string[] | null, base: string): Promise<void> {
  const response = await fetch(`${basePath}/api/processes/export`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', 'X-Lockstep-Page': '1' },
    body: JSON.stringify({ ids }),
  });
  if (!response.ok) {
    const body = (await response.json().catch(() => ({}))) as { error?: object };
    throw new ApiError(response.status, body.error ?? {});
  }
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  // what came as YAML goes as YAML
  const isYaml = response.headers.get('content-type')?.includes('yaml') ?? false;
  link.download = `${base}.${isYaml ? 'yaml' : 'json'}`;
  link.click();
  URL.revokeObjectURL(address);
}
