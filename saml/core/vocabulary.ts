/** Namespaces and identifiers of SAML 2.0 and XML Signature that the product speaks. */
export const SAML_PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const SAML_ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const SAML_METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
export const XML_SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'
export const XML_ENCRYPTION = 'http://www.w3.org/2001/04/xmlenc#'
export const XML_ENCRYPTION_11 = 'http://www.w3.org/2009/xmlenc11#'

export const STATUS_SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'
export const STATUS_RESPONDER = 'urn:oasis:names:tc:SAML:2.0:status:Responder'
export const STATUS_PARTIAL_LOGOUT = 'urn:oasis:names:tc:SAML:2.0:status:PartialLogout'
export const CONFIRMATION_BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
export const FORMAT_ENTITY = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity'
export const FORMAT_UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'
export const FORMAT_EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
export const CONTEXT_PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'
/** REFEDS multi-factor profile, and what Entra ID calls the same. */
export const CONTEXT_REFEDS_MFA = 'https://refeds.org/profile/mfa'
export const CONTEXT_ENTRA_MFA = 'http://schemas.microsoft.com/claims/multipleauthn'
export const CONTEXT_UNSPECIFIED = 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified'

export const BINDING_REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
export const BINDING_POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

/** The one encoding of messages in addresses (SAML bindings 3.4.4.1). */
export const ENCODING_DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE'

export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const ENVELOPED_SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
export const RSA_SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384'
export const RSA_SHA512 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'
export const RSA_PSS_SHA256 = 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1'
export const ECDSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'
export const ECDSA_SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384'
export const ECDSA_SHA512 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512'
export const DIGEST_SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
export const DIGEST_SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#sha384'
export const DIGEST_SHA512 = 'http://www.w3.org/2001/04/xmlenc#sha512'

/** Attributes of the response with which a user enters an account under a role. */
export const ROLE_ATTRIBUTE = 'https://cloud.tencent.com/SAML/Attributes/Role'
export const ROLE_SESSION_NAME_ATTRIBUTE = 'https://cloud.tencent.com/SAML/Attributes/RoleSessionName'
