#!/usr/bin/env bash
# Sets up a checkout for one purpose: demo, test, bench or angrid. Packages, system parts, build; each only when it is
# not done yet. Everything it says goes to standard error, so that a command's own output stays clean.
set -euo pipefail
purpose=${2:?usage: setup.sh --for demo|test|bench|angrid}
cd "$(dirname "$0")/../.."
exec 1>&2

say() { printf '[setup] %s\n' "$*"; }
fail() { printf '[setup] %s\n' "$*"; exit 1; }

node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
  || fail "Node $(node --version) is too old: install Node 20.19 or newer"

# --- packages -------------------------------------------------------------------------------------------------------
stamp=node_modules/.angrid-packages
want=$(cat package-lock.json package.json ./*/package.json cloud/*/package.json deploy/*/package.json | sha256sum)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$want" ]; then
  say 'installing packages (once, about half a minute)'
  npm ci --no-audit --no-fund --loglevel=error
  printf '%s' "$want" > "$stamp"
fi

# --- system parts ---------------------------------------------------------------------------------------------------
missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need_font() { find /usr/share/fonts -iname '*cjk*' 2>/dev/null | grep -q . || missing+=("fonts-noto-cjk"); }
need_rtsp() {
  /usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0"); from gi.repository import GstRtspServer' 2>/dev/null \
    && [ -e "$(find /usr/lib -name libgstvideoparsersbad.so 2>/dev/null | head -n 1)" ] \
    || missing+=(python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad)
}
case $purpose in
  demo) need ffmpeg ffmpeg ;;
  test) need ffmpeg ffmpeg; need chromium chromium; need_font; need gcc gcc; [ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
        need mkfs.ext4 e2fsprogs; need mount mount; need ps procps; need git git; need influxd influxdb; need victoria-metrics victoria-metrics
        [ -x /usr/sbin/mosquitto ] || missing+=(mosquitto)
        compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
        need_rtsp ;;
  bench) need ffmpeg ffmpeg; need mosquitto mosquitto; need motion motion; need prometheus-alertmanager prometheus-alertmanager; need_rtsp; need gcc gcc; [ -e /usr/include/stdio.h ] || missing+=(libc6-dev) ;;
esac
if [ ${#missing[@]} -gt 0 ]; then
  line="apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing system packages: ${missing[*]}"
    # No service is started by it and no cluster of PostgreSQL made: the tests start their own, with their own settings.
    passing=(); trap 'rm -f "${passing[@]}"' EXIT
    policy=/usr/sbin/policy-rc.d
    [ -e "$policy" ] || { passing+=("$policy"); printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; }
    case " ${missing[*]} " in *' postgresql '*)
      clusters=/etc/postgresql-common/createcluster.d/angrid-tests.conf
      passing+=("$clusters"); mkdir -p "${clusters%/*}"; printf 'create_main_cluster = false\n' >"$clusters" ;;
    esac
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $line -qq; } >.setup-apt.log 2>&1 \
      || { tail -5 .setup-apt.log; say "apt-get did not succeed; try yourself: $line"; [ "$purpose" != test ] || exit 1; }
    rm -f .setup-apt.log
    for service in mosquitto motion prometheus-alertmanager influxdb victoria-metrics postgresql; do
      case " ${missing[*]} " in *" $service "*) systemctl disable --quiet "$service" >/dev/null 2>&1 || true ;; esac
    done
  else
    say "missing: ${missing[*]}. As root run:  $line"
    [ "$purpose" != test ] || fail 'the tests need all of them; nothing is skipped in silence'
    case " ${missing[*]} " in *' ffmpeg '*) fail 'without ffmpeg there is no camera picture, so the demo cannot show what it is for' ;; esac
  fi
fi

# --- build ----------------------------------------------------------------------------------------------------------
say 'building'
npx --no-install tsc -b tsconfig.build.json
case $purpose in
  demo | test)
    web=cloud/web/dist/.built
    sources=$(find cloud/web/src cloud/web/public cloud/web/index.html cloud/web/vite.config.ts cloud/contract/src -type f -print0 2>/dev/null | sort -z | xargs -0 sha256sum | sha256sum)
    if [ "$(cat "$web" 2>/dev/null || true)" != "$sources" ]; then
      npm run build:web --silent >/dev/null
      printf '%s' "$sources" > "$web"
    fi ;;
esac

# --- the other Node that the unit tests run on -------------------------------------------------------------------------
if [ "$purpose" = test ] && [ ! -x .cache/node24/bin/node ]; then
  case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) fail "no Node 24 for $(uname -m)" ;; esac
  say 'fetching Node 24 for the unit tests'
  mkdir -p .cache/node24
  npm install --prefix .cache/node24 --no-save --no-audit --no-fund --loglevel=error "node-linux-$arch@24"
  ln -sfn "node_modules/node-linux-$arch/bin" .cache/node24/bin
fi
say 'ready'
