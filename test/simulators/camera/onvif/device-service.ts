import { scopesOf } from '../identity.js';
import { type DeviceView, paths, type Service } from './service.js';
import { type Markup, xml } from './xml.js';

const NAMESPACE = 'http://www.onvif.org/ver10/device/wsdl';

export function deviceService(device: DeviceView): Service {
  return {
    namespace: NAMESPACE,
    open: ['GetSystemDateAndTime', 'GetCapabilities', 'GetServices', 'GetServiceCapabilities'],
    operations: {
      GetSystemDateAndTime: () => systemDateAndTime(new Date(device.now())),
      GetDeviceInformation: () => information(device),
      GetCapabilities: () => capabilities(device),
      GetServices: () => services(device),
      GetServiceCapabilities: () => serviceCapabilities(),
      GetNetworkInterfaces: () => networkInterfaces(device),
      GetScopes: () => scopes(device),
      GetEndpointReference: () => endpointReference(device),
    },
  };
}

function systemDateAndTime(now: Date): Markup {
  return xml`
    <tds:GetSystemDateAndTimeResponse>
      <tds:SystemDateAndTime>
        <tt:DateTimeType>Manual</tt:DateTimeType>
        <tt:DaylightSavings>false</tt:DaylightSavings>
        <tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>
        <tt:UTCDateTime>${clockFace(now)}</tt:UTCDateTime>
        <tt:LocalDateTime>${clockFace(new Date(now.getTime() + 8 * 3_600_000))}</tt:LocalDateTime>
      </tds:SystemDateAndTime>
    </tds:GetSystemDateAndTimeResponse>`;
}

function clockFace(time: Date): Markup {
  return xml`
    <tt:Time>
      <tt:Hour>${time.getUTCHours()}</tt:Hour>
      <tt:Minute>${time.getUTCMinutes()}</tt:Minute>
      <tt:Second>${time.getUTCSeconds()}</tt:Second>
    </tt:Time>
    <tt:Date>
      <tt:Year>${time.getUTCFullYear()}</tt:Year>
      <tt:Month>${time.getUTCMonth() + 1}</tt:Month>
      <tt:Day>${time.getUTCDate()}</tt:Day>
    </tt:Date>`;
}

function information({ identity }: DeviceView): Markup {
  return xml`
    <tds:GetDeviceInformationResponse>
      <tds:Manufacturer>${identity.manufacturer}</tds:Manufacturer>
      <tds:Model>${identity.model}</tds:Model>
      <tds:FirmwareVersion>${identity.firmware}</tds:FirmwareVersion>
      <tds:SerialNumber>${identity.serialNumber}</tds:SerialNumber>
      <tds:HardwareId>${identity.hardwareId}</tds:HardwareId>
    </tds:GetDeviceInformationResponse>`;
}

function address(device: DeviceView, path: string): string {
  return `http://${device.authority()}${path}`;
}

function capabilities(device: DeviceView): Markup {
  return xml`
    <tds:GetCapabilitiesResponse>
      <tds:Capabilities>
        <tt:Device>
          <tt:XAddr>${address(device, paths.device)}</tt:XAddr>
          <tt:IO><tt:InputConnectors>${device.inputs.length}</tt:InputConnectors></tt:IO>
        </tt:Device>
        <tt:Events>
          <tt:XAddr>${address(device, paths.events)}</tt:XAddr>
          <tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport>
          <tt:WSPullPointSupport>true</tt:WSPullPointSupport>
          <tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport>
        </tt:Events>
        <tt:Media>
          <tt:XAddr>${address(device, paths.media)}</tt:XAddr>
          <tt:StreamingCapabilities>
            <tt:RTPMulticast>false</tt:RTPMulticast>
            <tt:RTP_TCP>false</tt:RTP_TCP>
            <tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP>
          </tt:StreamingCapabilities>
        </tt:Media>
      </tds:Capabilities>
    </tds:GetCapabilitiesResponse>`;
}

function services(device: DeviceView): Markup {
  const list = [
    { namespace: NAMESPACE, path: paths.device },
    { namespace: 'http://www.onvif.org/ver10/media/wsdl', path: paths.media },
    { namespace: 'http://www.onvif.org/ver10/events/wsdl', path: paths.events },
  ];
  const entries = list.map(
    ({ namespace, path }) => xml`
      <tds:Service>
        <tds:Namespace>${namespace}</tds:Namespace>
        <tds:XAddr>${address(device, path)}</tds:XAddr>
        <tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version>
      </tds:Service>`,
  );
  return xml`<tds:GetServicesResponse>${entries}</tds:GetServicesResponse>`;
}

function serviceCapabilities(): Markup {
  return xml`
    <tds:GetServiceCapabilitiesResponse>
      <tds:Capabilities>
        <tds:Network/><tds:Security UsernameToken="true" HttpDigest="true"/><tds:System/>
      </tds:Capabilities>
    </tds:GetServiceCapabilitiesResponse>`;
}

function networkInterfaces(device: DeviceView): Markup {
  return xml`
    <tds:GetNetworkInterfacesResponse>
      <tds:NetworkInterfaces token="eth0">
        <tt:Enabled>true</tt:Enabled>
        <tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>${device.identity.mac}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info>
        <tt:IPv4>
          <tt:Enabled>true</tt:Enabled>
          <tt:Config>
            <tt:Manual>
              <tt:Address>${device.authority().split(':')[0] ?? ''}</tt:Address><tt:PrefixLength>24</tt:PrefixLength>
            </tt:Manual>
            <tt:DHCP>false</tt:DHCP>
          </tt:Config>
        </tt:IPv4>
      </tds:NetworkInterfaces>
    </tds:GetNetworkInterfacesResponse>`;
}

function endpointReference({ identity }: DeviceView): Markup {
  return xml`<tds:GetEndpointReferenceResponse><tds:GUID>${identity.endpoint}</tds:GUID></tds:GetEndpointReferenceResponse>`;
}

function scopes(device: DeviceView): Markup {
  const entries = scopesOf(device.identity).map(
    (scope) => xml`
      <tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>${scope}</tt:ScopeItem></tds:Scopes>`,
  );
  return xml`<tds:GetScopesResponse>${entries}</tds:GetScopesResponse>`;
}
