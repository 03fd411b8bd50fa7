/** Tags. */
import { simulatedService } from '../simulated-service.js'

export const tag = simulatedService(
  'tag',
  '2018-08-13',
  `
nothing
  AddResourceTag AttachResourcesTag CreateTag CreateTags DeleteResourceTag DeleteTag DeleteTags
  DetachResourcesTag ModifyResourceTags ModifyResourcesTagValue UpdateProject UpdateResourceTagValue
TotalCount:number Offset:number Limit:number Tags:list
  DescribeResourceTagsByResourceIds DescribeResourceTagsByResourceIdsSeq DescribeTagKeys
  DescribeTagValues DescribeTagValuesSeq DescribeTags DescribeTagsSeq
TotalCount:number Offset:number Limit:number Rows:list
  DescribeResourceTags DescribeResourceTagsByTagKeys DescribeResourcesByTags
  DescribeResourcesByTagsUnion
PaginationToken:string Tags:list
  GetTagValues GetTags
FailedResources:list
  TagResources UnTagResources
ProjectId:number IsNew:number
  AddProject
Total:number Projects:list
  DescribeProjects
PaginationToken:string ResourceTagMappingList:list
  GetResources
PaginationToken:string TagKeys:list
  GetTagKeys
`,
)
