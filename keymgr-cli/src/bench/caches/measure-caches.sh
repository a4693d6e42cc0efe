#!/bin/sh
# What the caches of Nimbus, jose4j and npm's jose do to a withdrawal and to a new key: see CacheMeasurement.java.
#
#   measure-caches.sh [SECONDS]      the longest wait, 690 unless given
#   MAVEN_REPOSITORY                 where the jars are, ~/.m2/repository unless set
#
# Needs java 17, node 20 and npm, and the jars of a build (mvn test-compile).
set -eu

seconds=${1:-690}
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

newest() { find "$repository/$1" -name '*.jar' ! -name '*-sources.jar' | sort -V | tail -n 1; }
jars=$(newest com/nimbusds/nimbus-jose-jwt):$(newest org/bitbucket/b_c/jose4j)
jars=$jars:$(find "$repository/org/slf4j/slf4j-api" -name 'slf4j-api-2*.jar' | sort -V | tail -n 1)

cp "$here/../../test/js/package.json" "$here/../../test/js/package-lock.json" "$here/caches.mjs" "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund >&2)
printf '%s\n' "$jars" | tr : '\n' | sed 's,.*/,,' >&2
java -cp "$jars" "$here/CacheMeasurement.java" "$seconds" "$work"
