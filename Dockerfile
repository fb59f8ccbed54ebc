# docker build -t iterable-forwarder .
# docker build -t iterable-sandbox --target sandbox .
# A tag can be given to another image. To pin the images that were tested, pass them with their digests (docs/operations.md, Supply chain).
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0.401
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled

FROM ${SDK_IMAGE} AS build
WORKDIR /source
# The history that names the version is not in the image: docker build --build-arg VERSION=1.2.3
ARG VERSION=
ENV MINVERVERSIONOVERRIDE=$VERSION
# what restoring depends on comes first, so that a change of code does not restore again
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Iterable.Client/*.csproj src/Iterable.Client/packages.lock.json src/Iterable.Client/
COPY src/Iterable.Sandbox/*.csproj src/Iterable.Sandbox/packages.lock.json src/Iterable.Sandbox/
COPY src/IterableForwarder/*.csproj src/IterableForwarder/packages.lock.json src/IterableForwarder/
RUN dotnet restore src/IterableForwarder --locked-mode && dotnet restore src/Iterable.Sandbox --locked-mode
COPY src/Iterable.Client/ src/Iterable.Client/
COPY src/Iterable.Sandbox/ src/Iterable.Sandbox/
COPY src/IterableForwarder/ src/IterableForwarder/
RUN dotnet publish src/IterableForwarder -c Release --no-restore -o /out/forwarder \
 && dotnet publish src/Iterable.Sandbox -c Release --no-restore -o /out/sandbox \
 && mkdir /out/data

# No shell, no package manager, and nobody is root. Globalization is invariant, so the plain image without ICU will do.
FROM ${RUNTIME_IMAGE} AS runtime
WORKDIR /app
# the image names a port of its own, which would only be overridden with a warning
ENV ASPNETCORE_HTTP_PORTS= \
    ASPNETCORE_URLS=http://+:8080
EXPOSE 8080
USER $APP_UID

FROM runtime AS sandbox
COPY --from=build /out/sandbox ./
ENTRYPOINT ["dotnet", "Iterable.Sandbox.dll"]

FROM runtime AS forwarder
COPY --from=build /out/forwarder ./
# a new volume takes its owner from the folder it is mounted over
COPY --from=build --chown=$APP_UID:$APP_UID /out/data /data
ENV Storage__DataFolder=/data
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["dotnet", "IterableForwarder.dll", "--health"]
ENTRYPOINT ["dotnet", "IterableForwarder.dll"]
