import { type DeviceView, type MediaStream, paths, type Service, type SoapCall } from './service.js';
import { faults } from './soap.js';
import { ANALYTICS_CONFIGURATION, VIDEO_SOURCE, VIDEO_SOURCE_CONFIGURATION } from './topics.js';
import { type Markup, textAt, xml } from './xml.js';

export function mediaService(device: DeviceView): Service {
  return {
    namespace: 'http://www.onvif.org/ver10/media/wsdl',
    operations: {
      GetProfiles: () => profiles(device),
      GetVideoSources: () => videoSources(device),
      GetStreamUri: (call) => mediaUri('GetStreamUriResponse', requestedStream(device, call).uri),
      GetSnapshotUri: (call) => {
        const { token } = requestedStream(device, call);
        const uri = `http://${device.authority()}${paths.snapshot}?profile=${encodeURIComponent(token)}`;
        return mediaUri('GetSnapshotUriResponse', uri);
      },
    },
  };
}

function requestedStream(device: DeviceView, { request }: SoapCall): MediaStream {
  const token = textAt(request.operation, 'ProfileToken');
  const stream = device.streams.find((known) => known.token === token);
  if (!stream) throw faults.invalidArgument('ter:NoProfile');
  return stream;
}

function mediaUri(response: string, uri: string): Markup {
  return xml`
    <trt:${response}>
      <trt:MediaUri>
        <tt:Uri>${uri}</tt:Uri>
        <tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>
        <tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>
        <tt:Timeout>PT0S</tt:Timeout>
      </trt:MediaUri>
    </trt:${response}>`;
}

function profiles(device: DeviceView): Markup {
  const [main] = device.streams;
  const entries = device.streams.map((stream) => profile(stream, main ?? stream));
  return xml`<trt:GetProfilesResponse>${entries}</trt:GetProfilesResponse>`;
}

function profile(stream: MediaStream, main: MediaStream): Markup {
  const { width, height } = main.settings;
  return xml`
    <trt:Profiles token="${stream.token}" fixed="true">
      <tt:Name>${stream.name}</tt:Name>
      <tt:VideoSourceConfiguration token="${VIDEO_SOURCE_CONFIGURATION}">
        <tt:Name>${VIDEO_SOURCE_CONFIGURATION}</tt:Name>
        <tt:UseCount>2</tt:UseCount>
        <tt:SourceToken>${VIDEO_SOURCE}</tt:SourceToken>
        <tt:Bounds x="0" y="0" width="${width}" height="${height}"/>
      </tt:VideoSourceConfiguration>
      ${encoder(stream)}
      <tt:VideoAnalyticsConfiguration token="${ANALYTICS_CONFIGURATION}">
        <tt:Name>${ANALYTICS_CONFIGURATION}</tt:Name>
        <tt:UseCount>2</tt:UseCount>
      </tt:VideoAnalyticsConfiguration>
    </trt:Profiles>`;
}

function encoder({ token, name, settings }: MediaStream): Markup {
  return xml`
    <tt:VideoEncoderConfiguration token="Encoder_${token}">
      <tt:Name>${name}</tt:Name>
      <tt:UseCount>1</tt:UseCount>
      <tt:Encoding>H264</tt:Encoding>
      <tt:Resolution><tt:Width>${settings.width}</tt:Width><tt:Height>${settings.height}</tt:Height></tt:Resolution>
      <tt:Quality>5</tt:Quality>
      <tt:RateControl>
        <tt:FrameRateLimit>${settings.fps}</tt:FrameRateLimit>
        <tt:EncodingInterval>1</tt:EncodingInterval>
        <tt:BitrateLimit>${settings.bitrateKbps}</tt:BitrateLimit>
      </tt:RateControl>
      <tt:H264>
        <tt:GovLength>${settings.fps * settings.gopSeconds}</tt:GovLength>
        <tt:H264Profile>${settings.profile === 'main' ? 'Main' : 'Baseline'}</tt:H264Profile>
      </tt:H264>
      <tt:SessionTimeout>PT60S</tt:SessionTimeout>
    </tt:VideoEncoderConfiguration>`;
}

function videoSources(device: DeviceView): Markup {
  const settings = device.streams[0]?.settings;
  return xml`
    <trt:GetVideoSourcesResponse>
      <trt:VideoSources token="${VIDEO_SOURCE}">
        <tt:Framerate>${settings?.fps ?? 0}</tt:Framerate>
        <tt:Resolution>
          <tt:Width>${settings?.width ?? 0}</tt:Width><tt:Height>${settings?.height ?? 0}</tt:Height>
        </tt:Resolution>
      </trt:VideoSources>
    </trt:GetVideoSourcesResponse>`;
}
