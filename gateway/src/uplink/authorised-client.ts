import type { IncomingMessage } from 'node:http';
import { AnGridError } from '@angrid/contract';
import type { CloudAnswer, CloudClient, CloudRequest } from './cloud-client.js';
import type { TokenKeeper } from './token.js';

/** Calls the cloud as this gateway. A refused token is replaced once; what is refused then is `uplink.refused`. */
export class AuthorisedClient {
  constructor(
    readonly client: CloudClient,
    private readonly tokens: Pick<TokenKeeper, 'current' | 'renew'>,
  ) {}

  request(request: CloudRequest): Promise<CloudAnswer> {
    return this.asGateway(request, (signed) => this.client.request(signed));
  }

  /** For a body that is sent as it comes: what is refused is not tried again. */
  async send(request: CloudRequest): Promise<void> {
    await this.client.request(await this.withToken(request));
  }

  stream(request: CloudRequest): Promise<IncomingMessage> {
    return this.asGateway(request, (signed) => this.client.stream(signed));
  }

  private async asGateway<T>(request: CloudRequest, call: (request: CloudRequest) => Promise<T>): Promise<T> {
    try {
      return await call(await this.withToken(request));
    } catch (error) {
      if (!(error instanceof AnGridError) || error.code !== 'uplink.refused' || error.op !== request.op) throw error;
      await this.tokens.renew();
      return call(await this.withToken(request));
    }
  }

  private async withToken(request: CloudRequest): Promise<CloudRequest> {
    const token = await this.tokens.current();
    return { ...request, headers: { ...request.headers, authorization: `Bearer ${token.reveal()}` } };
  }
}
