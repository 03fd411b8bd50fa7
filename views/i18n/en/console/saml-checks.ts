/** What each check of a SAML message demands, what it means that it failed, and what to change where. */
export const samlChecks = {
  network: {
    title: 'Network',
    problem: 'The request came from a network that users may not sign in from.',
    remedy:
      'Add the network in the settings (signIn.networks), or let the person come from one of those. Where many people seem to have one and the same address, it is that of a proxy: set TRUST_PROXY.',
  },
  metadataExpired: {
    title: 'Metadata in force',
    problem: 'The metadata of the identity provider has ended (validUntil).',
    remedy: 'Fetch or upload it anew, or have it fetched by schedule.',
  },
  unfinished: {
    title: 'Checked to the end',
    problem: 'Checking the message took too long, or ended unexpectedly.',
    remedy: 'Start again. If it happens with every message of this person, keep one and report it.',
  },
  encoding: {
    title: 'Form and encoding',
    problem: 'The message did not arrive as one form field of strict base64 and UTF-8.',
    remedy:
      'Let the identity provider send its message unchanged by the binding that is set up; look for a proxy in between.',
  },
  size: {
    title: 'Size',
    problem: 'The message is larger than is accepted.',
    remedy: 'Let the identity provider send fewer attributes; group lists are the usual cause.',
  },
  xml: {
    title: 'Well-formed XML',
    problem: 'The message is not well-formed XML.',
    remedy: 'Let the identity provider send its message unchanged; if it does, its SAML library is at fault.',
  },
  forbiddenXml: {
    title: 'Nothing but elements',
    problem:
      'The message contains a document type, comment, entity or the like, which a SAML message never needs.',
    remedy:
      'Somebody may have tampered with the message. If the identity provider sends it so, its SAML library is at fault.',
  },
  message: {
    title: 'Kind of message',
    problem: 'The message is not of the kind that is taken here.',
    remedy:
      'Check the addresses at the identity provider: the ACS URL is for sign-in responses, the logout URL for logout messages.',
  },
  version: {
    title: 'SAML 2.0',
    problem: 'The message is not of SAML version 2.0.',
    remedy: 'Set up the application at the identity provider with SAML 2.0.',
  },
  uniqueIds: {
    title: 'Unique ids',
    problem: 'An id in the message is not unique or not well-formed.',
    remedy:
      'Somebody may have tampered with the message. If the identity provider sends it so, its SAML library is at fault.',
  },
  status: {
    title: 'Status',
    problem: 'The identity provider did not sign the user in and says why.',
    remedy:
      'Look at the sign-in log of the identity provider; often the user is not assigned to this application there.',
  },
  encryption: {
    title: 'Encryption allowed',
    problem: 'Something is encrypted that must not be, or in a way that is not accepted.',
    remedy:
      'Let the identity provider encrypt whole assertions with AES-GCM and RSA-OAEP (AES-CBC only with the response signed as well, or with the setting saml.allowCbcEncryption and its risk) and switch on the setting saml.encryption, or switch encryption off there.',
  },
  decryption: {
    title: 'Decryption',
    problem: 'The assertion could not be decrypted with a key of ours.',
    remedy:
      'Give the identity provider the current metadata of this service provider: it encrypts for another key.',
  },
  oneAssertion: {
    title: 'Exactly one assertion',
    problem: 'The response does not hold exactly one assertion, directly inside.',
    remedy:
      'Somebody may have tampered with the message. If the identity provider sends it so, let it send one assertion.',
  },
  signaturePresent: {
    title: 'Signed',
    problem: 'Nothing that counts in the message is signed.',
    remedy:
      'Let the identity provider sign the assertion or the response (best both), and its logout messages, with SHA-256.',
  },
  signaturePlace: {
    title: 'Place of the signature',
    problem: 'A signature stands where none belongs.',
    remedy: 'The message was put together from parts of others: look at who sent it.',
  },
  signatureShape: {
    title: 'Form of the signature',
    problem: 'The signature does not have the one form that SAML allows.',
    remedy:
      'Let the identity provider sign with an enveloped signature of its SAML library and nothing added to it.',
  },
  signatureReference: {
    title: 'What is signed',
    problem: 'The signature covers another element than the one it stands in.',
    remedy: 'The message was put together from parts of others: look at who sent it.',
  },
  signatureTransforms: {
    title: 'Transforms',
    problem: 'The signature is made over a form of the message that is not accepted.',
    remedy:
      'Let the identity provider sign with exclusive canonicalization and the enveloped transform, nothing else.',
  },
  signatureAlgorithm: {
    title: 'Algorithm',
    problem: 'The message is signed with an algorithm that is not accepted, such as SHA-1.',
    remedy:
      'Set the signing algorithm of this application to SHA-256 at the identity provider (Entra ID: SAML certificates, Signing Algorithm; Okta: Signature Algorithm and Digest Algorithm; Keycloak: Signature Algorithm RSA_SHA256; OneLogin: SAML Signature Algorithm; AD FS: Secure hash algorithm).',
  },
  signatureValue: {
    title: 'Certificate',
    problem: 'The signature was not made with any of the configured certificates.',
    remedy: 'Upload the current metadata of the identity provider, or add its new signing certificate here.',
  },
  signatureDigest: {
    title: 'Unchanged',
    problem: 'The message was changed after it was signed.',
    remedy: 'Look for a proxy or plugin that rewrites the message between the identity provider and here.',
  },
  issuer: {
    title: 'Issuer',
    problem: 'The message comes from another identity provider than the configured one.',
    remedy:
      'Upload the metadata of the identity provider that sends the message, or correct the entity id here.',
  },
  destination: {
    title: 'Destination',
    problem: 'The message was made for another address.',
    remedy:
      'Enter exactly our address at the identity provider: as ACS URL (reply URL, single sign-on URL), or as logout URL.',
  },
  issueInstant: {
    title: 'Time of issue',
    problem: 'The message does not say when it was issued.',
    remedy: 'The identity provider has to follow the SAML 2.0 profile.',
  },
  conditions: {
    title: 'Conditions',
    problem: 'The conditions are missing, malformed, or depend on something unknown.',
    remedy: 'The identity provider has to follow the SAML 2.0 web browser single sign-on profile.',
  },
  audience: {
    title: 'Audience',
    problem: 'The assertion is meant for another service provider.',
    remedy: 'Enter exactly our entity id as audience (entity id, identifier) at the identity provider.',
  },
  subject: {
    title: 'Subject',
    problem: 'The message does not name exactly one subject.',
    remedy: 'The identity provider has to follow the SAML 2.0 profile.',
  },
  nameId: {
    title: 'NameID',
    problem: 'There is not exactly one plain NameID.',
    remedy: 'Map the attribute that holds the user name here to NameID at the identity provider.',
  },
  subjectConfirmation: {
    title: 'Confirmation',
    problem: 'The subject has no usable confirmation of method bearer.',
    remedy: 'The identity provider has to follow the SAML 2.0 web browser single sign-on profile.',
  },
  recipient: {
    title: 'Recipient',
    problem: 'The assertion was made for another recipient.',
    remedy: 'Enter exactly our ACS URL as recipient (reply URL) at the identity provider.',
  },
  inResponseTo: {
    title: 'Answer to a request',
    problem: 'The message does not say, or not in its signed part, which request it answers.',
    remedy:
      'It was moved from one response to another, or the identity provider leaves InResponseTo out of the assertion.',
  },
  notYetValid: {
    title: 'Begun',
    problem: 'The message is not good yet.',
    remedy: 'Set the clocks of both servers by NTP.',
  },
  expired: {
    title: 'Not expired',
    problem: 'The message is not good any more.',
    remedy:
      'Set the clocks of both servers by NTP; a message is also refused when it was kept and sent late.',
  },
  authnStatement: {
    title: 'Authentication',
    problem: 'The assertion does not say that the user authenticated.',
    remedy: 'The identity provider has to follow the SAML 2.0 web browser single sign-on profile.',
  },
  sessionEnded: {
    title: 'Session there',
    problem: 'The session at the identity provider has ended.',
    remedy: 'Sign in at the identity provider again; set the clocks of both servers by NTP.',
  },
  authnContext: {
    title: 'Way of authenticating',
    problem: 'The user authenticated in another way than was asked for.',
    remedy:
      'Let the identity provider ask for it in this application and say so, or change the setting saml.authnContext here.',
  },
  library: {
    title: 'Second opinion',
    problem: 'The SAML library reads the message differently, or does not accept it.',
    remedy: 'Keep the message and report it: two independent readings of it differ.',
  },
  replayed: {
    title: 'Never seen before',
    problem: 'The message has been used before.',
    remedy: 'Start again. If nobody pressed “back” or “reload”, somebody may have copied the message.',
  },
  unsolicited: {
    title: 'Asked for',
    problem: 'The message answers no request: it was started at the identity provider.',
    remedy:
      'Start at the login address of this product, or allow sign-ins started at the identity provider (setting saml.allowIdpInitiated).',
  },
  requestUnknown: {
    title: 'Request known',
    problem:
      'The message answers a request that is not open here: older than five minutes, answered already, or never sent.',
    remedy: 'Start again. If this happens to everybody, check that all servers use one database.',
  },
  userUnknown: {
    title: 'User exists',
    problem: 'No user here has the name that the identity provider sent as NameID.',
    remedy:
      'Map the attribute that holds the user name to NameID at the identity provider, or provision the user by SCIM first.',
  },
  userDisabled: {
    title: 'User enabled',
    problem: 'The user is disabled or blocked here.',
    remedy: 'Enable the user at the identity provider (for imported users), or unblock it in the console.',
  },
  ticket: {
    title: 'One-time ticket',
    problem: 'The one-time ticket of the sign-in is unknown, used or too old.',
    remedy: 'Start the sign-in again; “back” and “reload” cannot repeat its last step.',
  },
  browser: {
    title: 'Same browser',
    problem:
      'The browser that brought the response is not the one that began the sign-in, or it lost its cookie.',
    remedy:
      'Begin at the base address of this product, not at another of its names, and allow its cookies. If nobody here began this sign-in, somebody tried to sign another person in as himself.',
  },
}
