//go:build cgo

package local_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

// In each version of the flags every variant has the number of the version. So
// an evaluation that mixed two versions would return two numbers, and one that
// used no version a number that was not published.
func TestEvaluate_UsesOnePublishedVersionWhileFlagsChange(t *testing.T) {
	flagKeys := make([]string, 30)
	for i := range flagKeys {
		flagKeys[i] = fmt.Sprintf("flag-%02d", i)
	}
	s := testservice.New(t)
	client := initialize(t, config(s))
	result := startInBackground(t, client)
	var published atomic.Int64
	go func() {
		for requests := 0; ; {
			select {
			case request := <-s.Requests():
				// Every fifth request fails, which evaluations must not notice.
				if requests++; requests%5 == 0 {
					request.Respond(testservice.Status(http.StatusBadGateway))
					continue
				}
				version := published.Add(1)
				request.Respond(testservice.Flags(strconv.FormatInt(version, 10), flagKeys...))
			case <-s.Gone():
				return
			}
		}
	}()
	require.NoError(t, testservice.Receive(t, result))

	const goroutines, evaluations = 8, 250
	seen := make([]map[int64]bool, goroutines)
	var wait sync.WaitGroup
	for g := range goroutines {
		seen[g] = map[int64]bool{}
		wait.Add(1)
		go func() {
			defer wait.Done()
			last := int64(0)
			// There are at least 2,000 evaluations in all, and 20 versions.
			for i := 0; i < evaluations || published.Load() < 20; i++ {
				before := last
				last = evaluateOnce(t, client, flagKeys, i)
				if last == 0 {
					return
				}
				assert.GreaterOrEqual(t, last, before, "versions never go back")
				assert.LessOrEqual(t, last, published.Load(), "published")
				seen[g][last] = true
			}
		}()
	}
	wait.Wait()
	all := map[int64]bool{}
	for _, s := range seen {
		for version := range s {
			all[version] = true
		}
	}
	assert.Greater(t, len(all), 1, "the flags changed")
}

// evaluateOnce evaluates one flag or all, and returns the version that was
// used, or 0 after a failure.
func evaluateOnce(t *testing.T, client *local.Client, flagKeys []string, i int) int64 {
	user := &experiment.User{UserID: strconv.Itoa(i)}
	number := func(value string) int64 {
		n, err := strconv.ParseInt(value, 10, 64)
		assert.NoError(t, err)
		return n
	}
	if i%2 == 0 {
		variant, ok := client.Variant(user, flagKeys[i%len(flagKeys)])
		assert.True(t, ok)
		return number(variant.Value)
	}
	variants, err := client.Evaluate(user)
	if !assert.NoError(t, err) || !assert.Len(t, variants, len(flagKeys)) {
		return 0
	}
	first := variants[flagKeys[0]]
	for key, variant := range variants {
		if !assert.Equal(t, first, variant, key) {
			return 0
		}
	}
	return number(first.Value)
}

func TestEvaluate_DoesNotWaitForAPoll(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	poll := start(t, s, client, testservice.Flags("1", "f"))
	evaluated := make(chan struct{})
	go func() {
		defer close(evaluated)
		_, _ = client.Evaluate(nobody)
	}()
	select { // the poll waits for its response all the time
	case <-evaluated:
	case <-time.After(testservice.Timeout):
		require.Fail(t, "the evaluation waits")
	}
	poll.RespondAndNext(t, testservice.Flags("2", "f"))
}
