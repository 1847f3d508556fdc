/** The parts of node-onvif 0.1.7 that library.ts uses; the package has no types of its own. */
declare module 'node-onvif' {
  namespace library {
    interface Result {
      /** The SOAP body as xml2js gives it: local names, text as strings, attributes under `$`, text beside them under `_`. */
      data: Record<string, unknown>;
    }

    interface DeviceService {
      getDeviceInformation(): Promise<Result>;
      getNetworkInterfaces(): Promise<Result>;
    }

    interface MediaService {
      getProfiles(): Promise<Result>;
      getStreamUri(parameters: { ProfileToken: string; Protocol: 'RTSP' }): Promise<Result>;
    }

    interface OnvifDevice {
      readonly services: { readonly device: DeviceService; readonly media: MediaService | null };
      /** Fills `services`. The public `init` does more, and fails for cameras that leave optional elements out. */
      _getCapabilities(): Promise<void>;
    }

    interface Soap {
      parse(xml: string): Promise<Record<string, unknown>>;
      requestCommand(address: { path: string | null }, method: string, soap: string): Promise<Result>;
    }

    interface Library {
      readonly OnvifDevice: new (parameters: { xaddr: string }) => OnvifDevice;
      readonly _OnvifSoap: Soap;
    }
  }

  const library: library.Library;
  export = library;
}
