"""A real RTSP server (gst-rtsp-server) that plays prepared streams in a loop, in real time, as cameras do.

It reads one JSON object a line on its input and ends with it. The first says what is served:
  {"user", "password", "mounts": [{"path", "codec": "h264"|"h265", "fps", "video", "audio"?, "metadata"?}]}
`video` is an Annex B file with access unit delimiters, `audio` an ADTS file, `metadata` an XML document that is sent
once a second as an ONVIF metadata track. It answers {"port"} when it listens. Later lines change things, and each is
answered by {"done"}: {"password": "…"} puts everybody out; {"path": "…", "video": "…"} plays another file there.
"""

import json
import re
import struct
import sys
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
gi.require_version("GstRtsp", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

DELIMITER = {"h264": re.compile(rb"\x00\x00\x00\x01\x09"), "h265": re.compile(rb"\x00\x00\x00\x01\x46")}
AAC_FRAME_SECONDS = 1024 / 48000
FRAGMENT = 1200


def access_units(mount):
    data = open(mount["video"], "rb").read()
    starts = [found.start() for found in DELIMITER[mount["codec"]].finditer(data)]
    return [data[start:end] for start, end in zip(starts, starts[1:] + [len(data)])]


def adts_frames(path):
    data = open(path, "rb").read()
    at = 0
    while at + 7 <= len(data):
        length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        yield data[at : at + length]
        at += length


class Track:
    """Gives its units in a loop, one each period, to the sources of all viewers."""

    def __init__(self, period, units):
        self.period, self.units = period, units
        self.at, self.sources = 0, []
        self.next = time.monotonic()
        self.tick()

    def tick(self):
        if self.sources:
            self.push(self.units[self.at % len(self.units)])
            self.at += 1
        self.next += self.period
        GLib.timeout_add(max(0, int((self.next - time.monotonic()) * 1000)), self.tick)
        return GLib.SOURCE_REMOVE

    def push(self, unit):
        for source in self.sources:
            source.emit("push-buffer", Gst.Buffer.new_wrapped(unit))

    def add(self, source, media):
        self.at = 0
        self.sources.append(source)
        media.connect("unprepared", lambda _: self.sources.remove(source))


class MetadataTrack(Track):
    """RTP packets made by hand: no payloader knows this format. The marker is on the last fragment of a document."""

    sequence = 0

    def push(self, document):
        stamp = int(time.monotonic() * 90000) & 0xFFFFFFFF
        pieces = [document[at : at + FRAGMENT] for at in range(0, len(document), FRAGMENT)]
        for piece in pieces:
            last = piece is pieces[-1]
            self.sequence = (self.sequence + 1) & 0xFFFF
            super().push(struct.pack(">BBHII", 0x80, 107 | (0x80 if last else 0), self.sequence, stamp, 7) + piece)


LIVE = "is-live=true do-timestamp=true format=time"
METADATA_CAPS = "application/x-rtp,media=application,payload=107,clock-rate=90000,encoding-name=VND.ONVIF.METADATA"


class Mount:
    def __init__(self, spec):
        codec = spec["codec"]
        self.spec = spec
        self.tracks = {"video": Track(1 / spec["fps"], access_units(spec))}
        caps = f"video/x-{codec},stream-format=byte-stream,alignment=au"
        launch = [f"appsrc name=video {LIVE} caps={caps} ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1"]
        if "audio" in spec:
            self.tracks["audio"] = Track(AAC_FRAME_SECONDS, list(adts_frames(spec["audio"])))
            caps = "audio/mpeg,mpegversion=4,stream-format=adts"
            launch.append(f"appsrc name=audio {LIVE} caps={caps} ! aacparse ! rtpmp4gpay name=pay{len(launch)} pt=97")
        if "metadata" in spec:
            self.tracks["metadata"] = MetadataTrack(1, [open(spec["metadata"], "rb").read()])
            launch.append(f"appsrc name=metadata {LIVE} caps={METADATA_CAPS} ! identity name=pay{len(launch)}")
        self.factory = GstRtspServer.RTSPMediaFactory()
        self.factory.set_launch("( " + " ".join(launch) + " )")
        self.factory.set_shared(True)
        self.factory.connect("media-configure", self.configure)

    def configure(self, _factory, media):
        for name, track in self.tracks.items():
            track.add(media.get_element().get_by_name(name), media)

    def play(self, video):
        self.tracks["video"].units = access_units({**self.spec, "video": video})
        self.tracks["video"].at = 0


class Server:
    def __init__(self, spec):
        self.server = GstRtspServer.RTSPServer()
        self.server.set_address("127.0.0.1")
        self.server.set_service(str(spec.get("port", 0)))
        self.user = spec["user"]
        self.auth = GstRtspServer.RTSPAuth()
        self.auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        self.admit(spec["password"])
        self.server.set_auth(self.auth)
        self.mounts = {mount["path"]: Mount(mount) for mount in spec["mounts"]}
        for path, mount in self.mounts.items():
            permit(mount.factory)
            self.server.get_mount_points().add_factory(path, mount.factory)
        self.server.attach(None)

    def admit(self, password):
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        self.auth.add_digest(self.user, password, token)

    def change(self, order):
        if "password" in order:
            self.auth.remove_digest(self.user)
            self.admit(order["password"])
            self.server.client_filter(lambda *_: GstRtspServer.RTSPFilterResult.REMOVE)
        if "video" in order:
            self.mounts[order["path"]].play(order["video"])


def permit(factory):
    structure = Gst.Structure.from_string("viewer, media.factory.access=(boolean)true, media.factory.construct=(boolean)true")[0]
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role_from_structure(structure)
    factory.set_permissions(permissions)


def say(answer):
    print(json.dumps(answer), flush=True)


def main():
    Gst.init(None)
    loop = GLib.MainLoop()
    server = Server(json.loads(sys.stdin.readline()))

    def order(_stream, _condition):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        server.change(json.loads(line))
        say({"done": True})
        return True

    GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, order)
    say({"port": server.server.get_bound_port()})
    loop.run()


main()
