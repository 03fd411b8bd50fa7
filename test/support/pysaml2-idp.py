"""An identity provider made of Debian's python3-pysaml2, driven by one JSON object per line on standard input.

Every answer is one JSON object per line on standard output: {"result": ...} or {"error": "..."}.
"""
import json
import sys
from urllib.parse import parse_qs, urlsplit

import saml2.entity
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_UNSPECIFIED, NameID
from saml2.server import Server
from saml2.sigver import CryptoBackendXmlSec1, verify_redirect_signature

ORIGIN = 'https://pysaml2.example'
PASSWORD = {'class_ref': 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport', 'authn_auth': ORIGIN}


class IdentityProvider:
    def __init__(self):
        self.server = None

    def configure(self, key_file, cert_file, service_provider=None):
        """Starts anew, knowing the service provider by the file of its metadata once there is one."""
        settings = {
            'entityid': ORIGIN + '/idp',
            'service': {
                'idp': {
                    'endpoints': {
                        'single_sign_on_service': [(ORIGIN + '/login', BINDING_HTTP_REDIRECT)],
                        'single_logout_service': [(ORIGIN + '/logout', BINDING_HTTP_REDIRECT)],
                    },
                    'want_authn_requests_signed': False,
                    'name_id_format': [NAMEID_FORMAT_UNSPECIFIED],
                    'policy': {'default': {'lifetime': {'minutes': 5}}},
                }
            },
            'key_file': key_file,
            'cert_file': cert_file,
            'xmlsec_binary': '/usr/bin/xmlsec1',
        }
        if service_provider:
            settings['metadata'] = {'local': [service_provider]}
        self.server = Server(config=IdPConfig().load(settings))
        return True

    def metadata(self):
        return str(entity_descriptor(self.server.config))

    def _message(self, address, binding_of, sp_entity_id):
        """The fields of an address, once the signature over it holds."""
        fields = {name: values[0] for name, values in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}
        certificates = self.server.metadata.certs(sp_entity_id, 'any', 'signing')
        signed = dict(fields)
        if not any(self._verify(signed, certificate) for certificate in certificates):
            raise ValueError('the signature over the address does not hold')
        return fields[binding_of]

    def _verify(self, fields, certificate):
        return verify_redirect_signature(fields, self.server.sec.sec_backend, certificate)

    def respond(self, address, user, sp_entity_id, sign_response, sign_assertion, sign_alg, digest_alg, cipher=None):
        message = self._message(address, 'SAMLRequest', sp_entity_id)
        request = self.server.parse_authn_request(message, BINDING_HTTP_REDIRECT)
        arguments = self.server.response_args(request.message, [BINDING_HTTP_POST])
        if cipher:
            choose_cipher(**cipher)
        name = NameID(format=NAMEID_FORMAT_UNSPECIFIED, text=user)
        response = self.server.create_authn_response(
            {'department': ['research']},
            userid=user,
            name_id=name,
            authn=PASSWORD,
            sign_response=sign_response,
            sign_assertion=sign_assertion,
            sign_alg=sign_alg,
            digest_alg=digest_alg,
            encrypt_assertion=bool(cipher),
            encrypt_assertion_self_contained=True,
            **{key: value for key, value in arguments.items() if key not in ('name_id_policy', 'binding')},
        )
        return str(response)

    def answer_logout(self, address, sp_entity_id):
        """Takes a request to log out; the address that its answer leads to."""
        message = self._message(address, 'SAMLRequest', sp_entity_id)
        request = self.server.parse_logout_request(message, BINDING_HTTP_REDIRECT)
        answer = self.server.create_logout_response(request.message, [BINDING_HTTP_REDIRECT])
        service = self.server.metadata.single_logout_service(sp_entity_id, BINDING_HTTP_REDIRECT, 'spsso')
        answer.destination = service[0]['location']
        return {
            'name': request.message.name_id.text,
            'session': request.message.session_index[0].text,
            'location': self._send(answer, service[0]['location'], response=True),
        }

    def begin_logout(self, user, sp_entity_id):
        service = self.server.metadata.single_logout_service(sp_entity_id, BINDING_HTTP_REDIRECT, 'spsso')
        location = service[0]['location']
        _id, request = self.server.create_logout_request(
            location, sp_entity_id, name_id=NameID(format=NAMEID_FORMAT_UNSPECIFIED, text=user)
        )
        return self._send(request, location, response=False)

    def _send(self, message, location, response):
        sent = self.server.apply_binding(
            BINDING_HTTP_REDIRECT,
            str(message),
            location,
            relay_state='from-pysaml2',
            response=response,
            sign=True,
            sigalg='http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        )
        return dict(sent['headers'])['Location']


def choose_cipher(algorithm, key_type):
    """pysaml2 encrypts by Triple-DES; the program under it can do better when it is told to."""
    plain_part = saml2.sigver.pre_encryption_part
    saml2.entity.pre_encryption_part = lambda **given: plain_part(msg_enc=algorithm, **given)
    plain_encrypt = CryptoBackendXmlSec1.__dict__['encrypt_assertion']
    plain_encrypt = getattr(plain_encrypt, 'original', plain_encrypt)

    def encrypt(self, statement, enc_key, template, _key_type=None, node_xpath=None, node_id=None):
        return plain_encrypt(self, statement, enc_key, template, key_type, node_xpath, node_id)

    encrypt.original = plain_encrypt
    CryptoBackendXmlSec1.encrypt_assertion = encrypt


def main():
    provider = IdentityProvider()
    for line in sys.stdin:
        call = json.loads(line)
        try:
            answer = {'result': getattr(provider, call['do'])(**call.get('with', {}))}
        except Exception as error:  # whatever it is, the test has to hear of it
            answer = {'error': '%s: %s' % (type(error).__name__, error)}
        print(json.dumps(answer), flush=True)


main()
