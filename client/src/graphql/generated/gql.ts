/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Viewer {\n    viewer {\n      loginRequired\n      role\n      id\n      name\n    }\n  }\n": typeof types.ViewerDocument,
    "\n  query OfferedInvitation($token: String!) {\n    invitation(token: $token) {\n      role\n      createdBy\n      expiresAt\n    }\n  }\n": typeof types.OfferedInvitationDocument,
    "\n  mutation AcceptInvitation($input: AcceptInvitationInput!) {\n    acceptInvitation(input: $input)\n  }\n": typeof types.AcceptInvitationDocument,
    "\n  query Members {\n    members {\n      id\n      name\n      email\n      role\n      disabledAt\n      createdAt\n    }\n    invitations {\n      id\n      role\n      note\n      createdBy\n      expiresAt\n    }\n  }\n": typeof types.MembersDocument,
    "\n  mutation InviteMember($input: InviteMemberInput!) {\n    inviteMember(input: $input) {\n      id\n      url\n    }\n  }\n": typeof types.InviteMemberDocument,
    "\n  mutation RevokeInvitation($id: ID!) {\n    revokeInvitation(id: $id) {\n      id\n    }\n  }\n": typeof types.RevokeInvitationDocument,
    "\n  mutation ChangeMember($id: ID!, $role: Role, $disabled: Boolean) {\n    changeMember(id: $id, role: $role, disabled: $disabled) {\n      id\n      role\n      disabledAt\n    }\n  }\n": typeof types.ChangeMemberDocument,
    "\n  query ApiTokens {\n    apiTokens {\n      id\n      name\n      role\n      createdAt\n      expiresAt\n      revokedAt\n      lastUsedAt\n    }\n  }\n": typeof types.ApiTokensDocument,
    "\n  mutation CreateApiToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) {\n      id\n      token\n    }\n  }\n": typeof types.CreateApiTokenDocument,
    "\n  mutation RevokeApiToken($id: ID!) {\n    revokeApiToken(id: $id) {\n      id\n    }\n  }\n": typeof types.RevokeApiTokenDocument,
    "\n  query AuditLog($first: Int!, $after: String, $subject: String, $actorName: String, $action: String) {\n    auditLog(first: $first, after: $after, subject: $subject, actorName: $actorName, action: $action) {\n      nodes {\n        at\n        actorKind\n        actorName\n        action\n        subject\n        detail\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.AuditLogDocument,
    "\n  query Datasets {\n    datasets {\n      id\n      name\n      kind\n      imageCount\n      imageWidth\n      imageHeight\n      createdAt\n      labels {\n        name\n        count\n      }\n      failures {\n        file\n        reason\n      }\n    }\n  }\n": typeof types.DatasetsDocument,
    "\n  query Models {\n    models {\n      name\n      embeddingSize\n      resolution\n      parameterCount\n      license\n      available\n      weightBytes\n      preferred\n      trained\n      fetchCommand\n    }\n  }\n": typeof types.ModelsDocument,
    "\n  query Engines {\n    server {\n      engines {\n        name\n        available\n        preferred\n        detail\n      }\n    }\n  }\n": typeof types.EnginesDocument,
    "\n  query Server {\n    server {\n      version\n      notices\n    }\n  }\n": typeof types.ServerDocument,
    "\n  query DatasetDetails($id: ID!) {\n    node(id: $id) {\n      ... on Dataset {\n        id\n        name\n        kind\n        imageCount\n        imageWidth\n        imageHeight\n        createdAt\n        labels {\n          name\n          count\n        }\n        labelCodes\n        failures {\n          file\n          reason\n        }\n        embeddingSets {\n          id\n          modelName\n          modelChecksum\n          trained\n          pooling\n          resolution\n          interpolation\n          normalize\n          engine\n          dimension\n          storedCount\n          createdAt\n        }\n        runs {\n          ...RunSummary\n        }\n      }\n    }\n  }\n": typeof types.DatasetDetailsDocument,
    "\n  query StartForm {\n    models {\n      name\n      available\n      preferred\n      trained\n      fetchCommand\n    }\n    datasets {\n      id\n      name\n      imageCount\n      embeddingSets {\n        id\n        modelName\n        pooling\n        resolution\n        interpolation\n        normalize\n        storedCount\n      }\n    }\n    runs(first: 50, filter: { statuses: [DONE] }) {\n      nodes {\n        id\n        name\n        datasetName\n        modelName\n        pointCount\n        iterations\n        parameters {\n          method\n        }\n        durations {\n          stage\n          seconds\n        }\n      }\n    }\n  }\n": typeof types.StartFormDocument,
    "\n  query CommandTargets {\n    runs(first: 30) {\n      nodes {\n        id\n        name\n      }\n    }\n    datasets {\n      id\n      name\n    }\n  }\n": typeof types.CommandTargetsDocument,
    "\n  query CompareRuns($left: ID!, $right: ID!, $fit: ComparisonFit, $images: [Int!]) {\n    compareRuns(left: $left, right: $right, fit: $fit, images: $images) {\n      pointCount\n      meanDisplacement\n      neighborhoodOverlap\n      displacement\n      overlap\n      imageIndices\n      alignment {\n        centerX\n        centerY\n        rotation\n        reflected\n      }\n    }\n  }\n": typeof types.CompareRunsDocument,
    "\n  query RunStability($runIds: [ID!]!) {\n    runStability(runIds: $runIds) {\n      runCount\n      pointCount\n      agreement\n      imageIndices\n      mean\n      low\n      high\n    }\n  }\n": typeof types.RunStabilityDocument,
    "\n  query RunSettings($id: ID!) {\n    run(id: $id) {\n      id\n      datasetName\n      modelName\n      engine\n      embeddingSet {\n        id\n        name\n      }\n      parameters {\n        ...RunSettings\n      }\n    }\n  }\n": typeof types.RunSettingsDocument,
    "\n  fragment QualityFigures on Quality {\n    recallAt15\n    trustworthinessAt15\n    continuityAt15\n    labelKnnAt15\n    rimFraction\n    curvatureScale\n    distanceCorrelation\n    treeDistortion\n    sampleSize\n    errors {\n      recallAt15\n      trustworthinessAt15\n      continuityAt15\n      distanceCorrelation\n      treeDistortion\n    }\n  }\n\n  fragment RunSettings on RunParameters {\n    seed\n    iterations\n    perplexity\n    furtherPerplexities\n    curvatureScale\n    geometry\n    method\n    learningRate\n    earlyExaggeration\n    exaggeratedIterations\n    lateExaggeration\n    initialization\n    initialRunId\n    hierarchyWeight\n    limit\n    pooling\n    resolution\n    interpolation\n    normalize\n  }\n\n  fragment RunSummary on Run {\n    id\n    name\n    status\n    createdAt\n    startedAt\n    finishedAt\n    seed\n    pointCount\n    iteration\n    iterations\n    datasetName\n    modelName\n    stage {\n      name\n      done\n      total\n      unit\n      ratePerSecond\n      etaSeconds\n    }\n    quality {\n      ...QualityFigures\n    }\n    error {\n      code\n      message\n    }\n    notes\n    tags\n    group\n    archived\n    durations {\n      stage\n      seconds\n    }\n    parameters {\n      ...RunSettings\n    }\n  }\n": typeof types.QualityFiguresFragmentDoc,
    "\n  fragment NeighborEntry on Neighbor {\n    point\n    distance\n    rank\n    label\n    otherRank\n  }\n": typeof types.NeighborEntryFragmentDoc,
    "\n  query Neighbors($runId: ID!, $point: Int!, $k: Int!, $radius: Float) {\n    onDisk: neighbors(runId: $runId, point: $point, k: $k, radius: $radius, metric: GEODESIC) {\n      ...NeighborEntry\n    }\n    inEmbedding: neighbors(runId: $runId, point: $point, k: $k, metric: COSINE) {\n      ...NeighborEntry\n    }\n  }\n": typeof types.NeighborsDocument,
    "\n  query PlaceNeighbors($runId: ID!, $at: DiskPointInput!, $k: Int!, $radius: Float) {\n    onDisk: neighbors(runId: $runId, at: $at, k: $k, radius: $radius, metric: GEODESIC) {\n      ...NeighborEntry\n    }\n  }\n": typeof types.PlaceNeighborsDocument,
    "\n  mutation StartRun($input: StartRunInput!) {\n    startRun(input: $input) {\n      ...RunSummary\n    }\n  }\n": typeof types.StartRunDocument,
    "\n  mutation PauseRun($id: ID!) {\n    pauseRun(id: $id) {\n      ...RunSummary\n    }\n  }\n": typeof types.PauseRunDocument,
    "\n  mutation ResumeRun($id: ID!) {\n    resumeRun(id: $id) {\n      ...RunSummary\n    }\n  }\n": typeof types.ResumeRunDocument,
    "\n  mutation CancelRun($id: ID!) {\n    cancelRun(id: $id) {\n      ...RunSummary\n    }\n  }\n": typeof types.CancelRunDocument,
    "\n  mutation DeleteRun($id: ID!) {\n    deleteRun(id: $id)\n  }\n": typeof types.DeleteRunDocument,
    "\n  mutation RenameRun($id: ID!, $name: String!) {\n    updateRun(id: $id, name: $name) {\n      ...RunSummary\n    }\n  }\n": typeof types.RenameRunDocument,
    "\n  mutation SteerRun($id: ID!, $input: SteerRunInput!) {\n    steerRun(id: $id, input: $input) {\n      ...RunSummary\n    }\n  }\n": typeof types.SteerRunDocument,
    "\n  mutation UpdateRun($id: ID!, $name: String, $notes: String, $tags: [String!], $archived: Boolean) {\n    updateRun(id: $id, name: $name, notes: $notes, tags: $tags, archived: $archived) {\n      ...RunSummary\n    }\n  }\n": typeof types.UpdateRunDocument,
    "\n  mutation StartSweep($input: StartSweepInput!) {\n    startSweep(input: $input) {\n      ...RunSummary\n    }\n  }\n": typeof types.StartSweepDocument,
    "\n  query Runs($first: Int!, $after: String) {\n    runs(first: $first, after: $after) {\n      nodes {\n        ...RunSummary\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.RunsDocument,
    "\n  subscription RunsChanged {\n    runsChanged {\n      ...RunSummary\n    }\n  }\n": typeof types.RunsChangedDocument,
    "\n  subscription RunDeleted {\n    runDeleted\n  }\n": typeof types.RunDeletedDocument,
    "\n  query RunsAhead {\n    runs(first: 100, filter: { statuses: [QUEUED, EXTRACTING, NEIGHBORS, OPTIMIZING] }) {\n      nodes {\n        id\n        name\n        status\n        createdAt\n      }\n    }\n  }\n": typeof types.RunsAheadDocument,
    "\n  query RunDetails($id: ID!) {\n    run(id: $id) {\n      ...RunSummary\n      keyframes\n      notes\n      tags\n      engine\n      neighborRecall\n      embeddingSet {\n        trained\n        modelName\n        dimension\n      }\n      dataset {\n        id\n        name\n        imageWidth\n        imageHeight\n        atlas {\n          tile\n          columns\n          tilesPerPage\n          pages\n        }\n      }\n    }\n  }\n": typeof types.RunDetailsDocument,
    "\n  query RunHistory($id: ID!) {\n    run(id: $id) {\n      id\n      history {\n        iteration\n        loss\n        gradientNorm\n        curvatureScale\n        exaggeration\n        recallAt15\n      }\n    }\n  }\n": typeof types.RunHistoryDocument,
    "\n  query RunPoints($id: ID!) {\n    run(id: $id) {\n      id\n      points {\n        datasetId\n        pictured\n        labelNames\n        labelCodes\n        imageIndices\n        columns {\n          name\n          names\n          codes\n        }\n        recallPerPoint\n      }\n    }\n  }\n": typeof types.RunPointsDocument,
    "\n  query RunLayout($id: ID!, $iteration: Int) {\n    run(id: $id) {\n      id\n      keyframes\n      layout(iteration: $iteration, encoding: FLOAT32) {\n        iteration\n        encoding\n        pointCount\n        coordinates\n      }\n    }\n  }\n": typeof types.RunLayoutDocument,
    "\n  query Keyframes($id: ID!) {\n    run(id: $id) {\n      id\n      keyframes\n    }\n  }\n": typeof types.KeyframesDocument,
    "\n  subscription RunProgress($runId: ID!, $statsAfter: Int) {\n    runProgress(runId: $runId, encoding: INT16, maxFramesPerSecond: 20, statsAfter: $statsAfter) {\n      run {\n        ...RunSummary\n      }\n      frame {\n        iteration\n        encoding\n        pointCount\n        coordinates\n      }\n      skippedFrames\n      statsSince {\n        iteration\n        loss\n        gradientNorm\n        curvatureScale\n        exaggeration\n        recallAt15\n      }\n    }\n  }\n": typeof types.RunProgressDocument,
    "\n  query RunImageNames($id: ID!) {\n    run(id: $id) {\n      id\n      imageNames\n    }\n  }\n": typeof types.RunImageNamesDocument,
    "\n  mutation CreateShareLink($input: CreateShareLinkInput!) {\n    createShareLink(input: $input) {\n      id\n      url\n    }\n  }\n": typeof types.CreateShareLinkDocument,
    "\n  mutation RevokeShareLink($id: ID!) {\n    revokeShareLink(id: $id) {\n      id\n      revokedAt\n    }\n  }\n": typeof types.RevokeShareLinkDocument,
    "\n  query ShareLinks($id: ID!) {\n    run(id: $id) {\n      id\n      shareLinks {\n        id\n        runIds\n        viewState\n        createdAt\n        createdBy\n        expiresAt\n        revokedAt\n        lastUsedAt\n        allowDownload\n      }\n    }\n  }\n": typeof types.ShareLinksDocument,
    "\n  query SharedView($token: String!) {\n    sharedView(token: $token) {\n      runs {\n        id\n        name\n      }\n      viewState\n      expiresAt\n      createdAt\n      createdBy\n      allowDownload\n      ticket\n      ticketExpiresAt\n    }\n  }\n": typeof types.SharedViewDocument,
};
const documents: Documents = {
    "\n  query Viewer {\n    viewer {\n      loginRequired\n      role\n      id\n      name\n    }\n  }\n": types.ViewerDocument,
    "\n  query OfferedInvitation($token: String!) {\n    invitation(token: $token) {\n      role\n      createdBy\n      expiresAt\n    }\n  }\n": types.OfferedInvitationDocument,
    "\n  mutation AcceptInvitation($input: AcceptInvitationInput!) {\n    acceptInvitation(input: $input)\n  }\n": types.AcceptInvitationDocument,
    "\n  query Members {\n    members {\n      id\n      name\n      email\n      role\n      disabledAt\n      createdAt\n    }\n    invitations {\n      id\n      role\n      note\n      createdBy\n      expiresAt\n    }\n  }\n": types.MembersDocument,
    "\n  mutation InviteMember($input: InviteMemberInput!) {\n    inviteMember(input: $input) {\n      id\n      url\n    }\n  }\n": types.InviteMemberDocument,
    "\n  mutation RevokeInvitation($id: ID!) {\n    revokeInvitation(id: $id) {\n      id\n    }\n  }\n": types.RevokeInvitationDocument,
    "\n  mutation ChangeMember($id: ID!, $role: Role, $disabled: Boolean) {\n    changeMember(id: $id, role: $role, disabled: $disabled) {\n      id\n      role\n      disabledAt\n    }\n  }\n": types.ChangeMemberDocument,
    "\n  query ApiTokens {\n    apiTokens {\n      id\n      name\n      role\n      createdAt\n      expiresAt\n      revokedAt\n      lastUsedAt\n    }\n  }\n": types.ApiTokensDocument,
    "\n  mutation CreateApiToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) {\n      id\n      token\n    }\n  }\n": types.CreateApiTokenDocument,
    "\n  mutation RevokeApiToken($id: ID!) {\n    revokeApiToken(id: $id) {\n      id\n    }\n  }\n": types.RevokeApiTokenDocument,
    "\n  query AuditLog($first: Int!, $after: String, $subject: String, $actorName: String, $action: String) {\n    auditLog(first: $first, after: $after, subject: $subject, actorName: $actorName, action: $action) {\n      nodes {\n        at\n        actorKind\n        actorName\n        action\n        subject\n        detail\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.AuditLogDocument,
    "\n  query Datasets {\n    datasets {\n      id\n      name\n      kind\n      imageCount\n      imageWidth\n      imageHeight\n      createdAt\n      labels {\n        name\n        count\n      }\n      failures {\n        file\n        reason\n      }\n    }\n  }\n": types.DatasetsDocument,
    "\n  query Models {\n    models {\n      name\n      embeddingSize\n      resolution\n      parameterCount\n      license\n      available\n      weightBytes\n      preferred\n      trained\n      fetchCommand\n    }\n  }\n": types.ModelsDocument,
    "\n  query Engines {\n    server {\n      engines {\n        name\n        available\n        preferred\n        detail\n      }\n    }\n  }\n": types.EnginesDocument,
    "\n  query Server {\n    server {\n      version\n      notices\n    }\n  }\n": types.ServerDocument,
    "\n  query DatasetDetails($id: ID!) {\n    node(id: $id) {\n      ... on Dataset {\n        id\n        name\n        kind\n        imageCount\n        imageWidth\n        imageHeight\n        createdAt\n        labels {\n          name\n          count\n        }\n        labelCodes\n        failures {\n          file\n          reason\n        }\n        embeddingSets {\n          id\n          modelName\n          modelChecksum\n          trained\n          pooling\n          resolution\n          interpolation\n          normalize\n          engine\n          dimension\n          storedCount\n          createdAt\n        }\n        runs {\n          ...RunSummary\n        }\n      }\n    }\n  }\n": types.DatasetDetailsDocument,
    "\n  query StartForm {\n    models {\n      name\n      available\n      preferred\n      trained\n      fetchCommand\n    }\n    datasets {\n      id\n      name\n      imageCount\n      embeddingSets {\n        id\n        modelName\n        pooling\n        resolution\n        interpolation\n        normalize\n        storedCount\n      }\n    }\n    runs(first: 50, filter: { statuses: [DONE] }) {\n      nodes {\n        id\n        name\n        datasetName\n        modelName\n        pointCount\n        iterations\n        parameters {\n          method\n        }\n        durations {\n          stage\n          seconds\n        }\n      }\n    }\n  }\n": types.StartFormDocument,
    "\n  query CommandTargets {\n    runs(first: 30) {\n      nodes {\n        id\n        name\n      }\n    }\n    datasets {\n      id\n      name\n    }\n  }\n": types.CommandTargetsDocument,
    "\n  query CompareRuns($left: ID!, $right: ID!, $fit: ComparisonFit, $images: [Int!]) {\n    compareRuns(left: $left, right: $right, fit: $fit, images: $images) {\n      pointCount\n      meanDisplacement\n      neighborhoodOverlap\n      displacement\n      overlap\n      imageIndices\n      alignment {\n        centerX\n        centerY\n        rotation\n        reflected\n      }\n    }\n  }\n": types.CompareRunsDocument,
    "\n  query RunStability($runIds: [ID!]!) {\n    runStability(runIds: $runIds) {\n      runCount\n      pointCount\n      agreement\n      imageIndices\n      mean\n      low\n      high\n    }\n  }\n": types.RunStabilityDocument,
    "\n  query RunSettings($id: ID!) {\n    run(id: $id) {\n      id\n      datasetName\n      modelName\n      engine\n      embeddingSet {\n        id\n        name\n      }\n      parameters {\n        ...RunSettings\n      }\n    }\n  }\n": types.RunSettingsDocument,
    "\n  fragment QualityFigures on Quality {\n    recallAt15\n    trustworthinessAt15\n    continuityAt15\n    labelKnnAt15\n    rimFraction\n    curvatureScale\n    distanceCorrelation\n    treeDistortion\n    sampleSize\n    errors {\n      recallAt15\n      trustworthinessAt15\n      continuityAt15\n      distanceCorrelation\n      treeDistortion\n    }\n  }\n\n  fragment RunSettings on RunParameters {\n    seed\n    iterations\n    perplexity\n    furtherPerplexities\n    curvatureScale\n    geometry\n    method\n    learningRate\n    earlyExaggeration\n    exaggeratedIterations\n    lateExaggeration\n    initialization\n    initialRunId\n    hierarchyWeight\n    limit\n    pooling\n    resolution\n    interpolation\n    normalize\n  }\n\n  fragment RunSummary on Run {\n    id\n    name\n    status\n    createdAt\n    startedAt\n    finishedAt\n    seed\n    pointCount\n    iteration\n    iterations\n    datasetName\n    modelName\n    stage {\n      name\n      done\n      total\n      unit\n      ratePerSecond\n      etaSeconds\n    }\n    quality {\n      ...QualityFigures\n    }\n    error {\n      code\n      message\n    }\n    notes\n    tags\n    group\n    archived\n    durations {\n      stage\n      seconds\n    }\n    parameters {\n      ...RunSettings\n    }\n  }\n": types.QualityFiguresFragmentDoc,
    "\n  fragment NeighborEntry on Neighbor {\n    point\n    distance\n    rank\n    label\n    otherRank\n  }\n": types.NeighborEntryFragmentDoc,
    "\n  query Neighbors($runId: ID!, $point: Int!, $k: Int!, $radius: Float) {\n    onDisk: neighbors(runId: $runId, point: $point, k: $k, radius: $radius, metric: GEODESIC) {\n      ...NeighborEntry\n    }\n    inEmbedding: neighbors(runId: $runId, point: $point, k: $k, metric: COSINE) {\n      ...NeighborEntry\n    }\n  }\n": types.NeighborsDocument,
    "\n  query PlaceNeighbors($runId: ID!, $at: DiskPointInput!, $k: Int!, $radius: Float) {\n    onDisk: neighbors(runId: $runId, at: $at, k: $k, radius: $radius, metric: GEODESIC) {\n      ...NeighborEntry\n    }\n  }\n": types.PlaceNeighborsDocument,
    "\n  mutation StartRun($input: StartRunInput!) {\n    startRun(input: $input) {\n      ...RunSummary\n    }\n  }\n": types.StartRunDocument,
    "\n  mutation PauseRun($id: ID!) {\n    pauseRun(id: $id) {\n      ...RunSummary\n    }\n  }\n": types.PauseRunDocument,
    "\n  mutation ResumeRun($id: ID!) {\n    resumeRun(id: $id) {\n      ...RunSummary\n    }\n  }\n": types.ResumeRunDocument,
    "\n  mutation CancelRun($id: ID!) {\n    cancelRun(id: $id) {\n      ...RunSummary\n    }\n  }\n": types.CancelRunDocument,
    "\n  mutation DeleteRun($id: ID!) {\n    deleteRun(id: $id)\n  }\n": types.DeleteRunDocument,
    "\n  mutation RenameRun($id: ID!, $name: String!) {\n    updateRun(id: $id, name: $name) {\n      ...RunSummary\n    }\n  }\n": types.RenameRunDocument,
    "\n  mutation SteerRun($id: ID!, $input: SteerRunInput!) {\n    steerRun(id: $id, input: $input) {\n      ...RunSummary\n    }\n  }\n": types.SteerRunDocument,
    "\n  mutation UpdateRun($id: ID!, $name: String, $notes: String, $tags: [String!], $archived: Boolean) {\n    updateRun(id: $id, name: $name, notes: $notes, tags: $tags, archived: $archived) {\n      ...RunSummary\n    }\n  }\n": types.UpdateRunDocument,
    "\n  mutation StartSweep($input: StartSweepInput!) {\n    startSweep(input: $input) {\n      ...RunSummary\n    }\n  }\n": types.StartSweepDocument,
    "\n  query Runs($first: Int!, $after: String) {\n    runs(first: $first, after: $after) {\n      nodes {\n        ...RunSummary\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.RunsDocument,
    "\n  subscription RunsChanged {\n    runsChanged {\n      ...RunSummary\n    }\n  }\n": types.RunsChangedDocument,
    "\n  subscription RunDeleted {\n    runDeleted\n  }\n": types.RunDeletedDocument,
    "\n  query RunsAhead {\n    runs(first: 100, filter: { statuses: [QUEUED, EXTRACTING, NEIGHBORS, OPTIMIZING] }) {\n      nodes {\n        id\n        name\n        status\n        createdAt\n      }\n    }\n  }\n": types.RunsAheadDocument,
    "\n  query RunDetails($id: ID!) {\n    run(id: $id) {\n      ...RunSummary\n      keyframes\n      notes\n      tags\n      engine\n      neighborRecall\n      embeddingSet {\n        trained\n        modelName\n        dimension\n      }\n      dataset {\n        id\n        name\n        imageWidth\n        imageHeight\n        atlas {\n          tile\n          columns\n          tilesPerPage\n          pages\n        }\n      }\n    }\n  }\n": types.RunDetailsDocument,
    "\n  query RunHistory($id: ID!) {\n    run(id: $id) {\n      id\n      history {\n        iteration\n        loss\n        gradientNorm\n        curvatureScale\n        exaggeration\n        recallAt15\n      }\n    }\n  }\n": types.RunHistoryDocument,
    "\n  query RunPoints($id: ID!) {\n    run(id: $id) {\n      id\n      points {\n        datasetId\n        pictured\n        labelNames\n        labelCodes\n        imageIndices\n        columns {\n          name\n          names\n          codes\n        }\n        recallPerPoint\n      }\n    }\n  }\n": types.RunPointsDocument,
    "\n  query RunLayout($id: ID!, $iteration: Int) {\n    run(id: $id) {\n      id\n      keyframes\n      layout(iteration: $iteration, encoding: FLOAT32) {\n        iteration\n        encoding\n        pointCount\n        coordinates\n      }\n    }\n  }\n": types.RunLayoutDocument,
    "\n  query Keyframes($id: ID!) {\n    run(id: $id) {\n      id\n      keyframes\n    }\n  }\n": types.KeyframesDocument,
    "\n  subscription RunProgress($runId: ID!, $statsAfter: Int) {\n    runProgress(runId: $runId, encoding: INT16, maxFramesPerSecond: 20, statsAfter: $statsAfter) {\n      run {\n        ...RunSummary\n      }\n      frame {\n        iteration\n        encoding\n        pointCount\n        coordinates\n      }\n      skippedFrames\n      statsSince {\n        iteration\n        loss\n        gradientNorm\n        curvatureScale\n        exaggeration\n        recallAt15\n      }\n    }\n  }\n": types.RunProgressDocument,
    "\n  query RunImageNames($id: ID!) {\n    run(id: $id) {\n      id\n      imageNames\n    }\n  }\n": types.RunImageNamesDocument,
    "\n  mutation CreateShareLink($input: CreateShareLinkInput!) {\n    createShareLink(input: $input) {\n      id\n      url\n    }\n  }\n": types.CreateShareLinkDocument,
    "\n  mutation RevokeShareLink($id: ID!) {\n    revokeShareLink(id: $id) {\n      id\n      revokedAt\n    }\n  }\n": types.RevokeShareLinkDocument,
    "\n  query ShareLinks($id: ID!) {\n    run(id: $id) {\n      id\n      shareLinks {\n        id\n        runIds\n        viewState\n        createdAt\n        createdBy\n        expiresAt\n        revokedAt\n        lastUsedAt\n        allowDownload\n      }\n    }\n  }\n": types.ShareLinksDocument,
    "\n  query SharedView($token: String!) {\n    sharedView(token: $token) {\n      runs {\n        id\n        name\n      }\n      viewState\n      expiresAt\n      createdAt\n      createdBy\n      allowDownload\n      ticket\n      ticketExpiresAt\n    }\n  }\n": types.SharedViewDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      loginRequired\n      role\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  query Viewer {\n    viewer {\n      loginRequired\n      role\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OfferedInvitation($token: String!) {\n    invitation(token: $token) {\n      role\n      createdBy\n      expiresAt\n    }\n  }\n"): (typeof documents)["\n  query OfferedInvitation($token: String!) {\n    invitation(token: $token) {\n      role\n      createdBy\n      expiresAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AcceptInvitation($input: AcceptInvitationInput!) {\n    acceptInvitation(input: $input)\n  }\n"): (typeof documents)["\n  mutation AcceptInvitation($input: AcceptInvitationInput!) {\n    acceptInvitation(input: $input)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Members {\n    members {\n      id\n      name\n      email\n      role\n      disabledAt\n      createdAt\n    }\n    invitations {\n      id\n      role\n      note\n      createdBy\n      expiresAt\n    }\n  }\n"): (typeof documents)["\n  query Members {\n    members {\n      id\n      name\n      email\n      role\n      disabledAt\n      createdAt\n    }\n    invitations {\n      id\n      role\n      note\n      createdBy\n      expiresAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation InviteMember($input: InviteMemberInput!) {\n    inviteMember(input: $input) {\n      id\n      url\n    }\n  }\n"): (typeof documents)["\n  mutation InviteMember($input: InviteMemberInput!) {\n    inviteMember(input: $input) {\n      id\n      url\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeInvitation($id: ID!) {\n    revokeInvitation(id: $id) {\n      id\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeInvitation($id: ID!) {\n    revokeInvitation(id: $id) {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangeMember($id: ID!, $role: Role, $disabled: Boolean) {\n    changeMember(id: $id, role: $role, disabled: $disabled) {\n      id\n      role\n      disabledAt\n    }\n  }\n"): (typeof documents)["\n  mutation ChangeMember($id: ID!, $role: Role, $disabled: Boolean) {\n    changeMember(id: $id, role: $role, disabled: $disabled) {\n      id\n      role\n      disabledAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ApiTokens {\n    apiTokens {\n      id\n      name\n      role\n      createdAt\n      expiresAt\n      revokedAt\n      lastUsedAt\n    }\n  }\n"): (typeof documents)["\n  query ApiTokens {\n    apiTokens {\n      id\n      name\n      role\n      createdAt\n      expiresAt\n      revokedAt\n      lastUsedAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateApiToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) {\n      id\n      token\n    }\n  }\n"): (typeof documents)["\n  mutation CreateApiToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) {\n      id\n      token\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeApiToken($id: ID!) {\n    revokeApiToken(id: $id) {\n      id\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeApiToken($id: ID!) {\n    revokeApiToken(id: $id) {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditLog($first: Int!, $after: String, $subject: String, $actorName: String, $action: String) {\n    auditLog(first: $first, after: $after, subject: $subject, actorName: $actorName, action: $action) {\n      nodes {\n        at\n        actorKind\n        actorName\n        action\n        subject\n        detail\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query AuditLog($first: Int!, $after: String, $subject: String, $actorName: String, $action: String) {\n    auditLog(first: $first, after: $after, subject: $subject, actorName: $actorName, action: $action) {\n      nodes {\n        at\n        actorKind\n        actorName\n        action\n        subject\n        detail\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Datasets {\n    datasets {\n      id\n      name\n      kind\n      imageCount\n      imageWidth\n      imageHeight\n      createdAt\n      labels {\n        name\n        count\n      }\n      failures {\n        file\n        reason\n      }\n    }\n  }\n"): (typeof documents)["\n  query Datasets {\n    datasets {\n      id\n      name\n      kind\n      imageCount\n      imageWidth\n      imageHeight\n      createdAt\n      labels {\n        name\n        count\n      }\n      failures {\n        file\n        reason\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Models {\n    models {\n      name\n      embeddingSize\n      resolution\n      parameterCount\n      license\n      available\n      weightBytes\n      preferred\n      trained\n      fetchCommand\n    }\n  }\n"): (typeof documents)["\n  query Models {\n    models {\n      name\n      embeddingSize\n      resolution\n      parameterCount\n      license\n      available\n      weightBytes\n      preferred\n      trained\n      fetchCommand\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Engines {\n    server {\n      engines {\n        name\n        available\n        preferred\n        detail\n      }\n    }\n  }\n"): (typeof documents)["\n  query Engines {\n    server {\n      engines {\n        name\n        available\n        preferred\n        detail\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Server {\n    server {\n      version\n      notices\n    }\n  }\n"): (typeof documents)["\n  query Server {\n    server {\n      version\n      notices\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DatasetDetails($id: ID!) {\n    node(id: $id) {\n      ... on Dataset {\n        id\n        name\n        kind\n        imageCount\n        imageWidth\n        imageHeight\n        createdAt\n        labels {\n          name\n          count\n        }\n        labelCodes\n        failures {\n          file\n          reason\n        }\n        embeddingSets {\n          id\n          modelName\n          modelChecksum\n          trained\n          pooling\n          resolution\n          interpolation\n          normalize\n          engine\n          dimension\n          storedCount\n          createdAt\n        }\n        runs {\n          ...RunSummary\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query DatasetDetails($id: ID!) {\n    node(id: $id) {\n      ... on Dataset {\n        id\n        name\n        kind\n        imageCount\n        imageWidth\n        imageHeight\n        createdAt\n        labels {\n          name\n          count\n        }\n        labelCodes\n        failures {\n          file\n          reason\n        }\n        embeddingSets {\n          id\n          modelName\n          modelChecksum\n          trained\n          pooling\n          resolution\n          interpolation\n          normalize\n          engine\n          dimension\n          storedCount\n          createdAt\n        }\n        runs {\n          ...RunSummary\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query StartForm {\n    models {\n      name\n      available\n      preferred\n      trained\n      fetchCommand\n    }\n    datasets {\n      id\n      name\n      imageCount\n      embeddingSets {\n        id\n        modelName\n        pooling\n        resolution\n        interpolation\n        normalize\n        storedCount\n      }\n    }\n    runs(first: 50, filter: { statuses: [DONE] }) {\n      nodes {\n        id\n        name\n        datasetName\n        modelName\n        pointCount\n        iterations\n        parameters {\n          method\n        }\n        durations {\n          stage\n          seconds\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query StartForm {\n    models {\n      name\n      available\n      preferred\n      trained\n      fetchCommand\n    }\n    datasets {\n      id\n      name\n      imageCount\n      embeddingSets {\n        id\n        modelName\n        pooling\n        resolution\n        interpolation\n        normalize\n        storedCount\n      }\n    }\n    runs(first: 50, filter: { statuses: [DONE] }) {\n      nodes {\n        id\n        name\n        datasetName\n        modelName\n        pointCount\n        iterations\n        parameters {\n          method\n        }\n        durations {\n          stage\n          seconds\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CommandTargets {\n    runs(first: 30) {\n      nodes {\n        id\n        name\n      }\n    }\n    datasets {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  query CommandTargets {\n    runs(first: 30) {\n      nodes {\n        id\n        name\n      }\n    }\n    datasets {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CompareRuns($left: ID!, $right: ID!, $fit: ComparisonFit, $images: [Int!]) {\n    compareRuns(left: $left, right: $right, fit: $fit, images: $images) {\n      pointCount\n      meanDisplacement\n      neighborhoodOverlap\n      displacement\n      overlap\n      imageIndices\n      alignment {\n        centerX\n        centerY\n        rotation\n        reflected\n      }\n    }\n  }\n"): (typeof documents)["\n  query CompareRuns($left: ID!, $right: ID!, $fit: ComparisonFit, $images: [Int!]) {\n    compareRuns(left: $left, right: $right, fit: $fit, images: $images) {\n      pointCount\n      meanDisplacement\n      neighborhoodOverlap\n      displacement\n      overlap\n      imageIndices\n      alignment {\n        centerX\n        centerY\n        rotation\n        reflected\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunStability($runIds: [ID!]!) {\n    runStability(runIds: $runIds) {\n      runCount\n      pointCount\n      agreement\n      imageIndices\n      mean\n      low\n      high\n    }\n  }\n"): (typeof documents)["\n  query RunStability($runIds: [ID!]!) {\n    runStability(runIds: $runIds) {\n      runCount\n      pointCount\n      agreement\n      imageIndices\n      mean\n      low\n      high\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunSettings($id: ID!) {\n    run(id: $id) {\n      id\n      datasetName\n      modelName\n      engine\n      embeddingSet {\n        id\n        name\n      }\n      parameters {\n        ...RunSettings\n      }\n    }\n  }\n"): (typeof documents)["\n  query RunSettings($id: ID!) {\n    run(id: $id) {\n      id\n      datasetName\n      modelName\n      engine\n      embeddingSet {\n        id\n        name\n      }\n      parameters {\n        ...RunSettings\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment QualityFigures on Quality {\n    recallAt15\n    trustworthinessAt15\n    continuityAt15\n    labelKnnAt15\n    rimFraction\n    curvatureScale\n    distanceCorrelation\n    treeDistortion\n    sampleSize\n    errors {\n      recallAt15\n      trustworthinessAt15\n      continuityAt15\n      distanceCorrelation\n      treeDistortion\n    }\n  }\n\n  fragment RunSettings on RunParameters {\n    seed\n    iterations\n    perplexity\n    furtherPerplexities\n    curvatureScale\n    geometry\n    method\n    learningRate\n    earlyExaggeration\n    exaggeratedIterations\n    lateExaggeration\n    initialization\n    initialRunId\n    hierarchyWeight\n    limit\n    pooling\n    resolution\n    interpolation\n    normalize\n  }\n\n  fragment RunSummary on Run {\n    id\n    name\n    status\n    createdAt\n    startedAt\n    finishedAt\n    seed\n    pointCount\n    iteration\n    iterations\n    datasetName\n    modelName\n    stage {\n      name\n      done\n      total\n      unit\n      ratePerSecond\n      etaSeconds\n    }\n    quality {\n      ...QualityFigures\n    }\n    error {\n      code\n      message\n    }\n    notes\n    tags\n    group\n    archived\n    durations {\n      stage\n      seconds\n    }\n    parameters {\n      ...RunSettings\n    }\n  }\n"): (typeof documents)["\n  fragment QualityFigures on Quality {\n    recallAt15\n    trustworthinessAt15\n    continuityAt15\n    labelKnnAt15\n    rimFraction\n    curvatureScale\n    distanceCorrelation\n    treeDistortion\n    sampleSize\n    errors {\n      recallAt15\n      trustworthinessAt15\n      continuityAt15\n      distanceCorrelation\n      treeDistortion\n    }\n  }\n\n  fragment RunSettings on RunParameters {\n    seed\n    iterations\n    perplexity\n    furtherPerplexities\n    curvatureScale\n    geometry\n    method\n    learningRate\n    earlyExaggeration\n    exaggeratedIterations\n    lateExaggeration\n    initialization\n    initialRunId\n    hierarchyWeight\n    limit\n    pooling\n    resolution\n    interpolation\n    normalize\n  }\n\n  fragment RunSummary on Run {\n    id\n    name\n    status\n    createdAt\n    startedAt\n    finishedAt\n    seed\n    pointCount\n    iteration\n    iterations\n    datasetName\n    modelName\n    stage {\n      name\n      done\n      total\n      unit\n      ratePerSecond\n      etaSeconds\n    }\n    quality {\n      ...QualityFigures\n    }\n    error {\n      code\n      message\n    }\n    notes\n    tags\n    group\n    archived\n    durations {\n      stage\n      seconds\n    }\n    parameters {\n      ...RunSettings\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment NeighborEntry on Neighbor {\n    point\n    distance\n    rank\n    label\n    otherRank\n  }\n"): (typeof documents)["\n  fragment NeighborEntry on Neighbor {\n    point\n    distance\n    rank\n    label\n    otherRank\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Neighbors($runId: ID!, $point: Int!, $k: Int!, $radius: Float) {\n    onDisk: neighbors(runId: $runId, point: $point, k: $k, radius: $radius, metric: GEODESIC) {\n      ...NeighborEntry\n    }\n    inEmbedding: neighbors(runId: $runId, point: $point, k: $k, metric: COSINE) {\n      ...NeighborEntry\n    }\n  }\n"): (typeof documents)["\n  query Neighbors($runId: ID!, $point: Int!, $k: Int!, $radius: Float) {\n    onDisk: neighbors(runId: $runId, point: $point, k: $k, radius: $radius, metric: GEODESIC) {\n      ...NeighborEntry\n    }\n    inEmbedding: neighbors(runId: $runId, point: $point, k: $k, metric: COSINE) {\n      ...NeighborEntry\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PlaceNeighbors($runId: ID!, $at: DiskPointInput!, $k: Int!, $radius: Float) {\n    onDisk: neighbors(runId: $runId, at: $at, k: $k, radius: $radius, metric: GEODESIC) {\n      ...NeighborEntry\n    }\n  }\n"): (typeof documents)["\n  query PlaceNeighbors($runId: ID!, $at: DiskPointInput!, $k: Int!, $radius: Float) {\n    onDisk: neighbors(runId: $runId, at: $at, k: $k, radius: $radius, metric: GEODESIC) {\n      ...NeighborEntry\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartRun($input: StartRunInput!) {\n    startRun(input: $input) {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  mutation StartRun($input: StartRunInput!) {\n    startRun(input: $input) {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PauseRun($id: ID!) {\n    pauseRun(id: $id) {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  mutation PauseRun($id: ID!) {\n    pauseRun(id: $id) {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeRun($id: ID!) {\n    resumeRun(id: $id) {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  mutation ResumeRun($id: ID!) {\n    resumeRun(id: $id) {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelRun($id: ID!) {\n    cancelRun(id: $id) {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  mutation CancelRun($id: ID!) {\n    cancelRun(id: $id) {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteRun($id: ID!) {\n    deleteRun(id: $id)\n  }\n"): (typeof documents)["\n  mutation DeleteRun($id: ID!) {\n    deleteRun(id: $id)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RenameRun($id: ID!, $name: String!) {\n    updateRun(id: $id, name: $name) {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  mutation RenameRun($id: ID!, $name: String!) {\n    updateRun(id: $id, name: $name) {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SteerRun($id: ID!, $input: SteerRunInput!) {\n    steerRun(id: $id, input: $input) {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  mutation SteerRun($id: ID!, $input: SteerRunInput!) {\n    steerRun(id: $id, input: $input) {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateRun($id: ID!, $name: String, $notes: String, $tags: [String!], $archived: Boolean) {\n    updateRun(id: $id, name: $name, notes: $notes, tags: $tags, archived: $archived) {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateRun($id: ID!, $name: String, $notes: String, $tags: [String!], $archived: Boolean) {\n    updateRun(id: $id, name: $name, notes: $notes, tags: $tags, archived: $archived) {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartSweep($input: StartSweepInput!) {\n    startSweep(input: $input) {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  mutation StartSweep($input: StartSweepInput!) {\n    startSweep(input: $input) {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Runs($first: Int!, $after: String) {\n    runs(first: $first, after: $after) {\n      nodes {\n        ...RunSummary\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Runs($first: Int!, $after: String) {\n    runs(first: $first, after: $after) {\n      nodes {\n        ...RunSummary\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RunsChanged {\n    runsChanged {\n      ...RunSummary\n    }\n  }\n"): (typeof documents)["\n  subscription RunsChanged {\n    runsChanged {\n      ...RunSummary\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RunDeleted {\n    runDeleted\n  }\n"): (typeof documents)["\n  subscription RunDeleted {\n    runDeleted\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunsAhead {\n    runs(first: 100, filter: { statuses: [QUEUED, EXTRACTING, NEIGHBORS, OPTIMIZING] }) {\n      nodes {\n        id\n        name\n        status\n        createdAt\n      }\n    }\n  }\n"): (typeof documents)["\n  query RunsAhead {\n    runs(first: 100, filter: { statuses: [QUEUED, EXTRACTING, NEIGHBORS, OPTIMIZING] }) {\n      nodes {\n        id\n        name\n        status\n        createdAt\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunDetails($id: ID!) {\n    run(id: $id) {\n      ...RunSummary\n      keyframes\n      notes\n      tags\n      engine\n      neighborRecall\n      embeddingSet {\n        trained\n        modelName\n        dimension\n      }\n      dataset {\n        id\n        name\n        imageWidth\n        imageHeight\n        atlas {\n          tile\n          columns\n          tilesPerPage\n          pages\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query RunDetails($id: ID!) {\n    run(id: $id) {\n      ...RunSummary\n      keyframes\n      notes\n      tags\n      engine\n      neighborRecall\n      embeddingSet {\n        trained\n        modelName\n        dimension\n      }\n      dataset {\n        id\n        name\n        imageWidth\n        imageHeight\n        atlas {\n          tile\n          columns\n          tilesPerPage\n          pages\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunHistory($id: ID!) {\n    run(id: $id) {\n      id\n      history {\n        iteration\n        loss\n        gradientNorm\n        curvatureScale\n        exaggeration\n        recallAt15\n      }\n    }\n  }\n"): (typeof documents)["\n  query RunHistory($id: ID!) {\n    run(id: $id) {\n      id\n      history {\n        iteration\n        loss\n        gradientNorm\n        curvatureScale\n        exaggeration\n        recallAt15\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunPoints($id: ID!) {\n    run(id: $id) {\n      id\n      points {\n        datasetId\n        pictured\n        labelNames\n        labelCodes\n        imageIndices\n        columns {\n          name\n          names\n          codes\n        }\n        recallPerPoint\n      }\n    }\n  }\n"): (typeof documents)["\n  query RunPoints($id: ID!) {\n    run(id: $id) {\n      id\n      points {\n        datasetId\n        pictured\n        labelNames\n        labelCodes\n        imageIndices\n        columns {\n          name\n          names\n          codes\n        }\n        recallPerPoint\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunLayout($id: ID!, $iteration: Int) {\n    run(id: $id) {\n      id\n      keyframes\n      layout(iteration: $iteration, encoding: FLOAT32) {\n        iteration\n        encoding\n        pointCount\n        coordinates\n      }\n    }\n  }\n"): (typeof documents)["\n  query RunLayout($id: ID!, $iteration: Int) {\n    run(id: $id) {\n      id\n      keyframes\n      layout(iteration: $iteration, encoding: FLOAT32) {\n        iteration\n        encoding\n        pointCount\n        coordinates\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Keyframes($id: ID!) {\n    run(id: $id) {\n      id\n      keyframes\n    }\n  }\n"): (typeof documents)["\n  query Keyframes($id: ID!) {\n    run(id: $id) {\n      id\n      keyframes\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RunProgress($runId: ID!, $statsAfter: Int) {\n    runProgress(runId: $runId, encoding: INT16, maxFramesPerSecond: 20, statsAfter: $statsAfter) {\n      run {\n        ...RunSummary\n      }\n      frame {\n        iteration\n        encoding\n        pointCount\n        coordinates\n      }\n      skippedFrames\n      statsSince {\n        iteration\n        loss\n        gradientNorm\n        curvatureScale\n        exaggeration\n        recallAt15\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription RunProgress($runId: ID!, $statsAfter: Int) {\n    runProgress(runId: $runId, encoding: INT16, maxFramesPerSecond: 20, statsAfter: $statsAfter) {\n      run {\n        ...RunSummary\n      }\n      frame {\n        iteration\n        encoding\n        pointCount\n        coordinates\n      }\n      skippedFrames\n      statsSince {\n        iteration\n        loss\n        gradientNorm\n        curvatureScale\n        exaggeration\n        recallAt15\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunImageNames($id: ID!) {\n    run(id: $id) {\n      id\n      imageNames\n    }\n  }\n"): (typeof documents)["\n  query RunImageNames($id: ID!) {\n    run(id: $id) {\n      id\n      imageNames\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateShareLink($input: CreateShareLinkInput!) {\n    createShareLink(input: $input) {\n      id\n      url\n    }\n  }\n"): (typeof documents)["\n  mutation CreateShareLink($input: CreateShareLinkInput!) {\n    createShareLink(input: $input) {\n      id\n      url\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeShareLink($id: ID!) {\n    revokeShareLink(id: $id) {\n      id\n      revokedAt\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeShareLink($id: ID!) {\n    revokeShareLink(id: $id) {\n      id\n      revokedAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ShareLinks($id: ID!) {\n    run(id: $id) {\n      id\n      shareLinks {\n        id\n        runIds\n        viewState\n        createdAt\n        createdBy\n        expiresAt\n        revokedAt\n        lastUsedAt\n        allowDownload\n      }\n    }\n  }\n"): (typeof documents)["\n  query ShareLinks($id: ID!) {\n    run(id: $id) {\n      id\n      shareLinks {\n        id\n        runIds\n        viewState\n        createdAt\n        createdBy\n        expiresAt\n        revokedAt\n        lastUsedAt\n        allowDownload\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SharedView($token: String!) {\n    sharedView(token: $token) {\n      runs {\n        id\n        name\n      }\n      viewState\n      expiresAt\n      createdAt\n      createdBy\n      allowDownload\n      ticket\n      ticketExpiresAt\n    }\n  }\n"): (typeof documents)["\n  query SharedView($token: String!) {\n    sharedView(token: $token) {\n      runs {\n        id\n        name\n      }\n      viewState\n      expiresAt\n      createdAt\n      createdBy\n      allowDownload\n      ticket\n      ticketExpiresAt\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;