import { ServerProcess } from '../test/long/server-process.ts';
import { median } from './rounds.ts';

/** Milliseconds until a server has answered each of what the page of a plan asks, the middle of 30. */
export async function timePlanPage(data: string, database: string, plan: string): Promise<number[]> {
  const server = new ServerProcess(data, database);
  await server.start();
  try {
    const medians: number[] = [];
    for (const rest of ['', '/processes?limit=50', '/groups']) {
      const times: number[] = [];
      for (let round = -3; round < 30; round++) {
        const begin = performance.now();
        const { status } = await server.ask('GET', `/api/plans/${plan}${rest}`, server.token!);
        if (status !== 200) throw new Error(`/api/plans/${plan}${rest} answered ${status}`);
        // the first ones are compiled
        if (round >= 0) times.push(performance.now() - begin);
      }
      medians.push(median(times));
    }
    return medians;
  } finally {
    await server.kill();
  }
}
