import { parentPort, workerData } from 'node:worker_threads';
import { openStore, type StoreSettings } from './open-store.js';
import { answerTo, faultOf, type OpenReply, type StoreRequest } from './store-link.js';

/** The thread of the outbox: opens the store, then answers one request after the other until `close`. */
function run(settings: StoreSettings): void {
  const port = parentPort;
  if (!port) return;
  try {
    const { store, report } = openStore(settings);
    port.on('message', (request: StoreRequest) => {
      port.postMessage(answerTo(store, request));
      if (request.call === 'close') port.close();
    });
    port.postMessage({ opened: report } satisfies OpenReply);
  } catch (error) {
    port.postMessage({ fault: faultOf(error, 'outbox.open') } satisfies OpenReply);
  }
}

run(workerData as StoreSettings);
