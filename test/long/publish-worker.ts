import { flushCompileCache } from 'node:module';
import { channelSigner, folderStorage, storedRepository } from '../../src/repository/index.ts';
import { samplePackage } from '../../src/repository/testing/sample-packages.ts';

// Publishes versions `first` … `last` of three plugins to testing and promotes each to stable; killed at any instant.
const [folder = '', keys = '', prefix = '', first = '1', last = '1'] = process.argv.slice(2);
const repository = storedRepository(folderStorage(folder), { signer: channelSigner({ keys: keys || null }) });
const who = `worker ${prefix}`;

const lots = [];
for (let round = Number(first); round <= Number(last); round++) {
  const made = ['a', 'b', 'c'].map((id) =>
    samplePackage({ id: `${prefix}${id}`, version: `${round}`, family: prefix }),
  );
  lots.push(await Promise.all(made));
}
// who is killed keeps nothing of what it compiled; the next one starts faster with it
flushCompileCache();
process.send?.('ready');
for (const packages of lots) {
  await repository.publish('testing', { who, packages });
  await repository.promote({ who, from: 'testing', to: 'stable', what: [prefix] });
}
process.send?.('done');
