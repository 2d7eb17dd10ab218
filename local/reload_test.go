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
	"github.com/amplitude/experiment-go-server/local"
)

// Each version of the flags gives its number for every flag, so an answer from two versions would have two numbers, and one
// from no version a number that was not published.
func TestEveryAnswerIsThatOfOnePublishedVersionWhileFlagsChange(t *testing.T) {
	flagKeys := make([]string, 30)
	for i := range flagKeys {
		flagKeys[i] = fmt.Sprintf("flag-%02d", i)
	}
	s := newService(t)
	client := initialize(t, config(s))
	result := started(t, client)
	var published atomic.Int64
	go func() {
		for requests := 0; ; {
			select {
			case e := <-s.requests:
				// Now and then a failure, which must not show.
				if requests++; requests%5 == 0 {
					e.reply <- status(http.StatusBadGateway)
					continue
				}
				version := published.Add(1)
				e.reply <- flags(document(strconv.FormatInt(version, 10), flagKeys...))
			case <-s.gone:
				return
			}
		}
	}()
	require.NoError(t, receive(t, result))

	const goroutines, evaluations = 8, 250
	seen := make([]map[int64]bool, goroutines)
	var wait sync.WaitGroup
	for g := range goroutines {
		seen[g] = map[int64]bool{}
		wait.Add(1)
		go func() {
			defer wait.Done()
			last := int64(0)
			// At least 2,000 evaluations in all, and until there were some versions to see.
			for i := 0; i < evaluations || published.Load() < 20; i++ {
				before := last
				last = evaluateOnce(t, client, flagKeys, i)
				if last == 0 {
					return
				}
				assert.GreaterOrEqual(t, last, before, "versions do not go back")
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
	assert.Greater(t, len(all), 1, "the flags did change")
}

// evaluateOnce is the version that an answer is of; 0 if it is of none.
func evaluateOnce(t *testing.T, client *local.Client, flagKeys []string, i int) int64 {
	user := &experiment.User{UserID: strconv.Itoa(i)}
	number := func(text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
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

func TestAnEvaluationDoesNotWaitForALoad(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	poll := start(t, s, client, flags(document("1", "f")))
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = client.Evaluate(nobody)
	}()
	select { // The poll is under way all the time.
	case <-answered:
	case <-time.After(patience):
		require.Fail(t, "the evaluation waits")
	}
	poll.answer(t, s, flags(document("2", "f")))
}
