/*
 * Stands in the wheel for libcurl and OpenSSL, which Debian's HDF5 loads to read from S3 and for nothing else.
 *
 * echo-gpu opens files, never S3, so none of these is called; where one were, HDF5 takes it for a failure. With
 * the real ones the wheel would carry 24 libraries more (6.8 MB packed), and each of their security fixes would ask for
 * a new wheel.
 * .ci/wheel compiles it twice, as libcurl.so.4 and as libcrypto.so.3.
 */
#include <stddef.h>

#ifdef STANDS_FOR_CURL
enum { FAILED_INIT = 2 }; /* CURLE_FAILED_INIT */

int curl_global_init(long flags) { (void)flags; return FAILED_INIT; }
void curl_global_cleanup(void) {}
void *curl_easy_init(void) { return NULL; }
void curl_easy_cleanup(void *handle) { (void)handle; }
int curl_easy_setopt(void *handle, int option, ...) { (void)handle, (void)option; return FAILED_INIT; }
int curl_easy_perform(void *handle) { (void)handle; return FAILED_INIT; }
void *curl_slist_append(void *list, const char *text) { (void)list, (void)text; return NULL; }
void curl_slist_free_all(void *list) { (void)list; }
#endif

#ifdef STANDS_FOR_CRYPTO
const void *EVP_sha256(void) { return NULL; }
unsigned char *SHA256(const unsigned char *data, size_t count, unsigned char *digest) {
    (void)data, (void)count, (void)digest;
    return NULL;
}
unsigned char *HMAC(const void *digest, const void *key, int key_count, const unsigned char *data, size_t count,
                    unsigned char *code, unsigned int *code_count) {
    (void)digest, (void)key, (void)key_count, (void)data, (void)count, (void)code, (void)code_count;
    return NULL;
}
#endif
