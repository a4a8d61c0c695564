// RTLD_DEEPBIND is glibc's.
#define _GNU_SOURCE
#include "curl_functions.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

// Debian has the second one too, with another library for TLS.
static const char *const libraries[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

static CurlFunctions functions;
static CURLcode (*setopt)(CURL *easy, CURLoption option, ...);

static const struct {
    const char *name;
    void *place;
} symbols[] = {
    {"curl_global_init", &functions.global_init},
    {"curl_easy_init", &functions.easy_init},
    {"curl_easy_cleanup", &functions.easy_cleanup},
    {"curl_easy_strerror", &functions.easy_strerror},
    {"curl_easy_setopt", &setopt},
    {"curl_multi_init", &functions.multi_init},
    {"curl_multi_cleanup", &functions.multi_cleanup},
    {"curl_multi_add_handle", &functions.multi_add_handle},
    {"curl_multi_remove_handle", &functions.multi_remove_handle},
    {"curl_multi_perform", &functions.multi_perform},
    {"curl_multi_poll", &functions.multi_poll},
    {"curl_multi_info_read", &functions.multi_info_read},
    {"curl_slist_append", &functions.slist_append},
    {"curl_slist_free_all", &functions.slist_free_all},
    {"curl_getdate", &functions.getdate},
};

// Takes the functions out of a library; false if it lacks one.
static int take(void *library) {
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) return 0;
        memcpy(symbols[i].place, &symbol, sizeof symbol);
    }
    return 1;
}

const CurlFunctions *curl_functions_load(char *problem, size_t size) {
    size_t length = 0;
    problem[0] = 0;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        // Deep: what it calls is what it loads itself. HDF5's files bring functions of the same names (.ci/wheel).
        void *library = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
        if (library && take(library)) return &functions;
        const char *reason = dlerror();
        if (length < size)
            length += (size_t)snprintf(
                problem + length, size - length, "%s%s", i ? "; " : "",
                reason ? reason : libraries[i]);
        if (library) dlclose(library);
    }
    return NULL;
}

CURLcode curl_set_long(CURL *easy, CURLoption option, long value) {
    return setopt(easy, option, value);
}

CURLcode curl_set_text(CURL *easy, CURLoption option, const char *value) {
    return setopt(easy, option, value);
}

CURLcode curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return setopt(easy, option, value);
}

CURLcode curl_set_callback(CURL *easy, CURLoption option, curl_callback value) {
    return setopt(easy, option, value);
}

CURLcode curl_allow_http(CURL *easy) {
    CURLcode code = setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code != CURLE_UNKNOWN_OPTION) return code;
    // Before 7.85. The headers call it deprecated.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    return setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#pragma clang diagnostic pop
}
