// Swift cannot call functions of variable arguments: one function for each type of argument.
#include <curl/curl.h>

typedef size_t (*curl_shim_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curl_shim_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_shim_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_shim_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_shim_set_callback(
    CURL *handle, CURLoption option, curl_shim_callback value) {
    return curl_easy_setopt(handle, option, value);
}
