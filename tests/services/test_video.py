"""The video backends: the contract, on every one that is registered, and what is particular to each."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import db
from services import calls, clock, video
from services.errors import VideoUnavailable
from services.video import BACKENDS, VideoBackend
from services.video.base import CUSTOMER, REP, Seat
from services.video.opentok import OpenTokBackend
from services.video.peer import PeerBackend
from tests.backends import VARIABLES
from tests.conftest import Configure, on_sqlite
from tests.opentok_platform import KEY, SECRET, Platform

TURN = {'TURN_URLS': 'turn:turn.example.com:3478, turns:turn.example.com:5349', 'TURN_SECRET': 'the secret of the relay'}
LATER = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


@pytest.fixture
def platform(running_platform: Platform) -> Iterator[Platform]:
    yield running_platform
    running_platform.down = False


@pytest.fixture(params=BACKENDS, ids=lambda kind: kind.name)
def backend(request: pytest.FixtureRequest, configure: Configure, platform: Platform) -> VideoBackend:
    """Every registered backend in turn, fully configured."""
    kind: type[VideoBackend] = request.param
    return kind(configure(**TURN, **VARIABLES[kind.name](platform)))


def test_a_backend_is_known_by_a_name_of_its_own() -> None:
    assert len({kind.name for kind in BACKENDS}) == len(BACKENDS)


def test_a_backend_says_what_its_sessions_belong_to_and_always_the_same(backend: VideoBackend) -> None:
    assert backend.is_configured
    assert 1 <= len(backend.key) <= 64
    assert type(backend)(backend.settings).key == backend.key


def test_each_session_has_an_id_of_its_own_that_fits_its_column(backend: VideoBackend) -> None:
    first, second = backend.create_session(), backend.create_session()
    assert first != second
    assert all(1 <= len(session_id) <= 255 for session_id in (first, second))


def test_what_a_seat_needs_is_json_and_its_own(backend: VideoBackend) -> None:
    session_id = backend.create_session()
    given = [json.dumps(backend.credentials(session_id, seat, until=LATER)) for seat in (REP, CUSTOMER)]
    assert len(set(given)) == 2


def test_to_cut_a_connection_that_is_gone_is_no_failure(backend: VideoBackend) -> None:
    backend.expel(backend.create_session(), 'gone')


def test_the_built_in_video_is_used_when_nothing_is_configured(configure: Configure) -> None:
    configure()
    assert isinstance(video.backend(), PeerBackend)


def test_a_key_and_a_secret_are_enough_to_use_opentok(configure: Configure) -> None:
    configure(TB_KEY=KEY, TB_SECRET=SECRET)
    assert isinstance(video.backend(), OpenTokBackend)


def test_opentok_sessions_are_relayed_and_asked_for_with_our_signature(configure: Configure, platform: Platform) -> None:
    session_id = OpenTokBackend(configure(**platform.variables)).create_session()
    assert platform.sessions[-1] == session_id
    assert platform.wishes[-1]['p2p.preference'] == ['enabled']


@pytest.mark.parametrize(('seat', 'role'), [(REP, 'moderator'), (CUSTOMER, 'publisher')])
def test_an_opentok_token_is_short_lived_opaque_and_fits_the_seat(configure: Configure, platform: Platform, seat: str, role: str) -> None:
    backend = OpenTokBackend(configure(**platform.variables))
    session_id = backend.create_session()
    given = backend.credentials(session_id, seat, until=LATER)
    assert (given['key'], given['session_id']) == (KEY, session_id)
    assert platform.accepts(session_id, given['token'])
    claims = platform.tokens[-1]
    assert claims['role'] == role
    assert 0 < claims['exp'] - clock.now().timestamp() <= 300
    data = json.loads(claims['connection_data'])
    assert set(data) == {'seat', 'id'}
    assert (data['seat'], len(data['id'])) == (seat, 32)


def test_opentok_cuts_the_connection_of_who_was_put_out(configure: Configure, platform: Platform) -> None:
    backend = OpenTokBackend(configure(**platform.variables))
    session_id = backend.create_session()
    backend.expel(session_id, 'theirs')
    assert platform.cut[-1] == (session_id, 'theirs')
    platform.down = True
    with pytest.raises(VideoUnavailable):
        backend.expel(session_id, 'another')


def test_a_wrong_secret_makes_opentok_unavailable(configure: Configure, platform: Platform) -> None:
    backend = OpenTokBackend(configure(**platform.variables | {'TB_SECRET': 'not the secret'}))
    with pytest.raises(VideoUnavailable):
        backend.create_session()


def test_a_platform_that_is_down_makes_opentok_unavailable(configure: Configure, platform: Platform) -> None:
    platform.down = True
    with pytest.raises(VideoUnavailable):
        OpenTokBackend(configure(**platform.variables)).create_session()


def test_an_address_where_nobody_answers_makes_opentok_unavailable(configure: Configure) -> None:
    backend = OpenTokBackend(configure(TB_KEY=KEY, TB_SECRET=SECRET, OPENTOK_API_URL='http://127.0.0.1:9'))
    with pytest.raises(VideoUnavailable):
        backend.create_session()


def test_a_private_key_that_cannot_be_read_makes_opentok_unavailable(configure: Configure) -> None:
    private = configure().data_dir / 'private.key'
    private.write_text('not for long')
    backend = OpenTokBackend(configure(TB_KEY=KEY, TB_SECRET=str(private)))
    private.unlink()
    with pytest.raises(VideoUnavailable):
        backend.create_session()


def test_a_private_key_signs_tokens_for_the_unified_platform(configure: Configure, platform: Platform) -> None:
    folder = configure().data_dir
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (folder / 'private.key').write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    application = 'a7b5c1d2-0000-4000-8000-123456789abc'
    backend = OpenTokBackend(configure(TB_KEY=application, TB_SECRET=str(folder / 'private.key'), OPENTOK_API_URL=platform.url))
    session_id = '1_' + base64.urlsafe_b64encode(f'1~{application}~~'.encode()).decode().rstrip('=')
    token = backend.credentials(session_id, REP, until=LATER)['token']
    header, claims = (json.loads(base64.urlsafe_b64decode(part + '==')) for part in token.split('.')[:2])
    assert header['alg'] == 'RS256'
    assert (claims['application_id'], claims['role']) == (application, 'moderator')


def test_a_session_of_another_key_gets_no_token(configure: Configure, platform: Platform) -> None:
    session_id = OpenTokBackend(configure(**platform.variables)).create_session()
    with pytest.raises(VideoUnavailable):
        OpenTokBackend(configure(**platform.variables | {'TB_KEY': '40000000'})).credentials(session_id, REP, until=LATER)


def test_the_relay_gets_a_password_that_ends_by_itself_soon_after_the_call(configure: Configure) -> None:
    servers = PeerBackend(configure(STUN_URLS='stun:stun.example.com', **TURN)).credentials('a session', REP, until=LATER)['ice_servers']
    assert servers[0] == {'urls': ['stun:stun.example.com']}
    assert servers[1]['urls'] == ['turn:turn.example.com:3478', 'turns:turn.example.com:5349']
    until, _, _name = servers[1]['username'].partition(':')
    assert int(until) == round((LATER + timedelta(minutes=5)).timestamp())
    proof = hmac.new(TURN['TURN_SECRET'].encode(), servers[1]['username'].encode(), hashlib.sha1).digest()
    assert servers[1]['credential'] == base64.b64encode(proof).decode()


def test_to_the_relay_all_joins_of_a_seat_are_one_and_every_other_seat_another(configure: Configure) -> None:
    backend = PeerBackend(configure(**TURN))

    def name(session_id: str, seat: Seat, until: datetime = LATER) -> str:
        [relay] = backend.credentials(session_id, seat, until=until)['ice_servers']
        return str(relay['username'].partition(':')[2])

    ours = name('a session', CUSTOMER)
    assert ours == name('a session', CUSTOMER) == name('a session', CUSTOMER, LATER + timedelta(hours=2))
    assert len({ours, name('a session', REP), name('another', CUSTOMER)}) == 3


@on_sqlite
async def test_whoever_is_admitted_may_use_the_relay_until_the_call_closes(
    appointment: db.Appointment, database: str, configure: Configure, now: Callable[[datetime], None]
) -> None:
    configure(DATABASE_URL=database, **TURN)
    now(appointment.starts_at)
    [relay] = (await calls.admit(appointment.id, CUSTOMER)).credentials['ice_servers']
    assert int(relay['username'].partition(':')[0]) == (appointment.starts_at + timedelta(minutes=95)).timestamp()


def test_calls_can_be_made_to_go_through_the_relay_always(configure: Configure) -> None:
    assert PeerBackend(configure(RELAY_ALWAYS='true', **TURN)).credentials('a session', REP, until=LATER)['relay_always'] is True


def test_no_servers_are_named_when_none_are_wanted(configure: Configure) -> None:
    assert PeerBackend(configure(STUN_URLS='none')).credentials('a session', REP, until=LATER) == {'ice_servers': [], 'relay_always': False}


def test_what_pages_load_and_talk_to_is_said_by_the_backend(configure: Configure) -> None:
    assert PeerBackend(configure(**TURN)).hosts() == ([], [])
    addresses = {'OPENTOK_SCRIPT_URL': 'https://cdn.example.com/a/b.js', 'OPENTOK_API_URL': 'https://api.example.com:8443/v2'}
    scripts, connections = OpenTokBackend(configure(TB_KEY=KEY, TB_SECRET=SECRET, **addresses)).hosts()
    assert scripts == ['https://cdn.example.com']
    assert {'https://*.opentok.com', 'wss://*.vonage.com', 'wss://*.tokbox.com', 'https://api.example.com:8443'} <= set(connections)
    assert 'https://*.tokbox.com' not in connections
    assert OpenTokBackend(configure(TB_KEY=KEY, TB_SECRET=SECRET, OPENTOK_SCRIPT_URL='/opentok.js')).hosts()[0] == []
