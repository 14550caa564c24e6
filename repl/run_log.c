/* run_log.c -- see run_log.h. */
#include "repl/run_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void key_of(uint64_t id, char key[24])
{
    snprintf(key, 24, "%" PRIu64, id);
}

static bool index_entry(run_log *log, int i)
{
    const run_entry *e = &log->list[i];
    char key[24];
    key_of(e->id, key);
    if (!log->written) log->written = json_object();
    if (!log->last) log->last = json_object();
    bool good = json_object_set_new(log->last, key, json_integer(i)) == 0;
    size_t k;
    json_t *name;
    json_array_foreach(e->writes, k, name)
    {
        const char *text = json_string_value(name);
        if (text) good = json_object_set_new(log->written, text, json_integer(i)) == 0 && good;
    }
    return good;
}

bool run_log_add(run_log *log, uint64_t id, uint64_t source, const json_t *reads,
                 const json_t *writes, bool failed)
{
    if (log->n == log->room) {
        int room = log->room ? 2 * log->room : 64;
        run_entry *list = realloc(log->list, (size_t)room * sizeof *list);
        if (!list) return false;
        log->list = list, log->room = room;
    }
    log->list[log->n++] = (run_entry){
        id, source, json_deep_copy(reads), json_deep_copy(writes), failed,
    };
    log->version++;
    return index_entry(log, log->n - 1);
}

static void cut_at(run_log *log, int n)
{
    for (int i = n; i < log->n; i++) {
        json_decref(log->list[i].reads);
        json_decref(log->list[i].writes);
    }
    log->n = n;
    json_decref(log->written);
    json_decref(log->last);
    log->written = log->last = NULL;
    for (int i = 0; i < n; i++) index_entry(log, i);
    log->version++;
}

void run_log_rewind(run_log *log, uint64_t id)
{
    int i = run_log_last(log, id);
    if (i >= 0) cut_at(log, i);
}

void run_log_clear(run_log *log)
{
    cut_at(log, 0);
    free(log->list);
    log->list = NULL, log->room = 0;
}

int run_log_last(const run_log *log, uint64_t id)
{
    char key[24];
    key_of(id, key);
    const json_t *i = json_object_get(log->last, key);
    return i ? (int)json_integer_value(i) : -1;
}

bool run_log_fresh(const run_log *log, uint64_t id, uint64_t source)
{
    int i = run_log_last(log, id);
    if (i < 0 || log->list[i].source != source || log->list[i].failed) return false;
    size_t k;
    json_t *name;
    json_array_foreach(log->list[i].reads, k, name)
    {
        const char *text = json_string_value(name);
        if (text && json_integer_value(json_object_get(log->written, text)) > i) return false;
    }
    return true;
}
